package io.nextscale.var.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * One chunk of a PNG file (PNG specification, section 5.3).
 *
 * @param type four ASCII letters
 */
record PngChunk(String type, ByteBuffer data) {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  static final int SIGNATURE_BYTES = SIGNATURE.length;

  static boolean hasSignature(byte[] file) {
    return Arrays.equals(
        SIGNATURE, 0, SIGNATURE.length, file, 0, Math.min(SIGNATURE.length, file.length));
  }

  /**
   * Parses the chunks from IHDR to IEND and verifies their checksums.
   *
   * @throws IOException if the file is no PNG, is truncated or a checksum differs
   */
  static List<PngChunk> parse(byte[] file) throws IOException {
    if (!hasSignature(file)) {
      throw new IOException("the content is not PNG");
    }
    List<PngChunk> chunks = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).position(SIGNATURE.length);
    do {
      chunks.add(next(in));
    } while (!chunks.getLast().type.equals("IEND"));
    if (!chunks.getFirst().type.equals("IHDR")) {
      throw new IOException(
          "the first PNG chunk is %s: expected IHDR".formatted(chunks.getFirst().type));
    }
    return chunks;
  }

  private static PngChunk next(ByteBuffer in) throws IOException {
    int start = in.position();
    if (in.remaining() < 12) {
      throw new IOException("the PNG is truncated: no IEND chunk before its end, byte " + start);
    }
    int length = in.getInt();
    byte[] name = new byte[4];
    in.get(name);
    String type = new String(name, StandardCharsets.ISO_8859_1);
    if (!type.matches("[A-Za-z]{4}")) {
      throw new IOException("the PNG is damaged: no chunk type at byte " + (start + 4));
    }
    if (length < 0 || length > in.remaining() - 4) {
      throw new IOException(
          "the PNG is truncated or damaged: chunk %s at byte %s claims %s bytes, %s are left"
              .formatted(type, start, length & 0xFFFFFFFFL, in.remaining() - 4));
    }
    ByteBuffer data = in.slice(in.position(), length);
    in.position(in.position() + length);
    if (in.getInt() != checksum(name, data.duplicate())) {
      throw new IOException(
          "the PNG is damaged: wrong checksum of chunk %s at byte %s".formatted(type, start));
    }
    return new PngChunk(type, data);
  }

  /** Whether the pixels need it, without colour profiles; other chunks may be left out. */
  boolean isForPixels() {
    return Character.isUpperCase(type.charAt(0)) || type.equals("tRNS");
  }

  /** Joins chunks to the content of a PNG file. */
  static byte[] join(List<PngChunk> chunks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    for (PngChunk chunk : chunks) {
      byte[] name = chunk.type.getBytes(StandardCharsets.ISO_8859_1);
      ByteBuffer bytes = ByteBuffer.allocate(chunk.data.remaining() + 12);
      bytes.putInt(chunk.data.remaining()).put(name).put(chunk.data.duplicate());
      bytes.putInt(checksum(name, chunk.data.duplicate()));
      out.writeBytes(bytes.array());
    }
    return out.toByteArray();
  }

  private static int checksum(byte[] name, ByteBuffer data) {
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    return (int) crc.getValue();
  }
}
