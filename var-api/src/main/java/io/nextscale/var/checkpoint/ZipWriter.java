package io.nextscale.var.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes a zip archive of uncompressed entries, their data aligned; zip64 where it is needed. */
final class ZipWriter {
  private static final int ALIGNMENT = 64;
  private static final int VERSION = 45; // zip64
  private static final int DATE = 1 << 5 | 1; // 1980-01-01, so that equal content gives equal files

  private final FileChannel out;
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(byte[] name, long start, long size, long crc) {}

  /** Writes the data of an entry and returns its CRC-32. */
  interface Data {
    long write() throws IOException;
  }

  ZipWriter(FileChannel out) {
    this.out = out;
  }

  void add(String name, long size, Data data) throws IOException {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    long start = out.position();
    write(localHeader(start, utf8, size));
    long dataStart = out.position();
    long crc = data.write();
    if (out.position() - dataStart != size) {
      throw new IOException(
          "entry %s: expected %s bytes, found %s"
              .formatted(name, size, out.position() - dataStart));
    }
    ByteBuffer patch = buffer(Integer.BYTES).putInt((int) crc).flip();
    out.write(patch, start + 14);
    entries.add(new Entry(utf8, start, size, crc));
  }

  /** Writes the directory, which completes the archive. */
  void finish() throws IOException {
    long start = out.position();
    for (Entry entry : entries) {
      write(centralHeader(entry));
    }
    long size = out.position() - start;
    int count = entries.size();
    ByteBuffer end = buffer(200);
    if (count >= ZipFormat.ELSEWHERE_16 || start + size >= ZipFormat.ELSEWHERE_32) {
      end.putInt((int) ZipFormat.END_64).putLong(ZipFormat.END_64_SIZE - 12);
      end.putShort((short) VERSION).putShort((short) VERSION).putInt(0).putInt(0);
      end.putLong(count).putLong(count).putLong(size).putLong(start);
      end.putInt((int) ZipFormat.END_64_LOCATOR).putInt(0).putLong(start + size).putInt(1);
    }
    short count16 = (short) Math.min(count, ZipFormat.ELSEWHERE_16);
    end.putInt((int) ZipFormat.END).putShort((short) 0).putShort((short) 0);
    end.putShort(count16).putShort(count16).putInt(u32(size)).putInt(u32(start));
    write(end.putShort((short) 0).flip());
  }

  private static ByteBuffer localHeader(long start, byte[] name, long size) {
    int zip64 = size >= ZipFormat.ELSEWHERE_32 ? 20 : 0;
    long unpadded = start + ZipFormat.LOCAL_HEADER_SIZE + name.length + zip64 + 4;
    int padding = (int) (Math.ceilDiv(unpadded, ALIGNMENT) * ALIGNMENT - unpadded);
    int extra = zip64 + 4 + padding;
    ByteBuffer header = buffer(ZipFormat.LOCAL_HEADER_SIZE + name.length + extra);
    header.putInt((int) ZipFormat.LOCAL_HEADER);
    common(header, 0, size);
    header.putShort((short) name.length).putShort((short) extra).put(name);
    if (zip64 > 0) {
      header.putShort((short) ZipFormat.EXTRA_ZIP64).putShort((short) 16);
      header.putLong(size).putLong(size);
    }
    header.putShort((short) ZipFormat.EXTRA_PADDING).putShort((short) padding);
    while (header.hasRemaining()) {
      header.put((byte) 'Z');
    }
    return header.flip();
  }

  private static ByteBuffer centralHeader(Entry entry) {
    boolean largeSize = entry.size >= ZipFormat.ELSEWHERE_32;
    boolean farStart = entry.start >= ZipFormat.ELSEWHERE_32;
    int content = (largeSize ? 16 : 0) + (farStart ? 8 : 0);
    int extra = content == 0 ? 0 : 4 + content;
    ByteBuffer header = buffer(ZipFormat.CENTRAL_HEADER_SIZE + entry.name.length + extra);
    header.putInt((int) ZipFormat.CENTRAL_HEADER).putShort((short) VERSION);
    common(header, entry.crc, entry.size);
    header.putShort((short) entry.name.length).putShort((short) extra);
    header.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
    header.putInt(u32(entry.start)).put(entry.name);
    if (extra > 0) {
      header.putShort((short) ZipFormat.EXTRA_ZIP64).putShort((short) content);
      if (largeSize) {
        header.putLong(entry.size).putLong(entry.size);
      }
      if (farStart) {
        header.putLong(entry.start);
      }
    }
    return header.flip();
  }

  /** Puts the fields that both headers have: version, flags, method, time, date, CRC, sizes. */
  private static void common(ByteBuffer header, long crc, long size) {
    header.putShort((short) VERSION).putShort((short) ZipFormat.FLAG_UTF8).putShort((short) 0);
    header.putShort((short) 0).putShort((short) DATE).putInt((int) crc);
    header.putInt(u32(size)).putInt(u32(size));
  }

  private static int u32(long value) {
    return (int) Math.min(value, ZipFormat.ELSEWHERE_32);
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
