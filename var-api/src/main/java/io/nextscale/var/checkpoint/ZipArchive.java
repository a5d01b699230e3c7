package io.nextscale.var.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The entries of a zip archive (zip64 included) in memory, stored or deflated. */
final class ZipArchive {
  /** Largest directory in bytes; 1,000 tensors take about 0.1 MB. */
  static final long MAX_DIRECTORY = 4L << 20;

  /** Largest number of entries. */
  static final long MAX_ENTRIES = 1 << 15;

  private static final String PART = "zip directory";
  private static final int ENTRY_COST = 500;

  private final FileBytes file;
  private final Arena arena;
  private final HeapBudget heap;
  private final Utf8 utf8 = new Utf8();
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * An entry of the archive.
   *
   * @param start offset of its header
   * @param data unpacked
   * @param end offset after its data
   */
  record Entry(String name, long start, StorageBytes data, long end) {}

  /**
   * Reads the directory.
   *
   * @param arena owner of what is unpacked later
   */
  ZipArchive(FileBytes file, Arena arena, HeapBudget heap) {
    this.file = file;
    this.arena = arena;
    this.heap = heap;
    ZipTail tail = ZipTail.find(file);
    if (tail.size() > MAX_DIRECTORY || tail.count() > MAX_ENTRIES || tail.count() < 0) {
      throw file.malformed(
          PART,
          "at most %s bytes and %s entries".formatted(MAX_DIRECTORY, MAX_ENTRIES),
          "%s bytes and %s entries".formatted(tail.size(), tail.count()));
    }
    long at = tail.start();
    long end = tail.start() + tail.size();
    for (long i = 0; i < tail.count(); i++) {
      at = readEntry(at, end);
    }
    if (at != end) {
      throw file.malformed(PART, tail.count() + " entries", (end - at) + " bytes more");
    }
    requireNoOverlap(tail.start());
  }

  /** The entries by name, in the order of the directory. */
  Map<String, Entry> entries() {
    return entries;
  }

  private long readEntry(long at, long directoryEnd) {
    if (at > directoryEnd - ZipFormat.CENTRAL_HEADER_SIZE
        || file.u32(at, PART) != ZipFormat.CENTRAL_HEADER) {
      throw file.malformed(PART, "an entry at " + at, "something else");
    }
    int nameLength = file.u16(at + 28, PART);
    int extraLength = file.u16(at + 30, PART);
    long extra = at + ZipFormat.CENTRAL_HEADER_SIZE + nameLength;
    long next = extra + extraLength + file.u16(at + 32, PART);
    if (next > directoryEnd) {
      throw file.malformed(PART, "an entry within it at " + at, "one that reaches beyond it");
    }
    String name = name(at + ZipFormat.CENTRAL_HEADER_SIZE, nameLength);
    int flags = file.u16(at + 8, PART);
    int method = file.u16(at + 10, PART);
    boolean known = method == ZipFormat.STORED || method == ZipFormat.DEFLATED;
    if (!known || (flags & ZipFormat.FLAG_ENCRYPTED) != 0) {
      throw file.malformed(
          name,
          "a stored or deflated entry",
          known ? "encryption" : "compression method " + method);
    }
    Zip64Values values = new Zip64Values(extra, extraLength, name);
    long size = values.next(file.u32(at + 24, PART));
    long stored = values.next(file.u32(at + 20, PART));
    long start = values.next(file.u32(at + 42, PART));
    if (method == ZipFormat.STORED && size != stored) {
      throw file.malformed(name, "as many bytes stored as unpacked", stored + " and " + size);
    }
    long dataStart = dataStart(name, at, start, size);
    MemorySegment packed = file.slice(dataStart, stored, name);
    StorageBytes data =
        method == ZipFormat.STORED
            ? new StorageBytes.Plain(packed)
            : new DeflatedBytes(file, name, packed, size, arena);
    Entry entry = new Entry(name, start, data, dataStart + stored);
    if (entries.putIfAbsent(name, entry) != null) {
      throw file.malformed(name, "one entry of this name", "two");
    }
    return next;
  }

  /** Checks the header before the data against the directory. */
  private long dataStart(String name, long central, long start, long size) {
    int flags = file.u16(central + 8, PART);
    file.slice(start, ZipFormat.LOCAL_HEADER_SIZE, name);
    int nameLength = file.u16(start + 26, name);
    MemorySegment localName = file.slice(start + ZipFormat.LOCAL_HEADER_SIZE, nameLength, name);
    MemorySegment centralName =
        file.slice(central + ZipFormat.CENTRAL_HEADER_SIZE, file.u16(central + 28, PART), name);
    long localSize = file.u32(start + 22, name);
    boolean sizeAgrees =
        localSize == size
            || localSize == ZipFormat.ELSEWHERE_32
            || (localSize == 0 && (flags & ZipFormat.FLAG_SIZES_AFTER_DATA) != 0);
    if (file.u32(start, name) != ZipFormat.LOCAL_HEADER
        || file.u16(start + 6, name) != flags
        || file.u16(start + 8, name) != file.u16(central + 10, PART)
        || localName.mismatch(centralName) != -1
        || !sizeAgrees) {
      throw file.malformed(name, "the entry that the zip directory describes", "another");
    }
    return start + ZipFormat.LOCAL_HEADER_SIZE + nameLength + file.u16(start + 28, name);
  }

  private String name(long at, int length) {
    heap.charge(ENTRY_COST);
    try {
      return utf8.decode(file.slice(at, length, PART).toArray(ValueLayout.JAVA_BYTE), heap);
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file.path(), PART, "names in UTF-8", "another encoding", e);
    }
  }

  private void requireNoOverlap(long directoryStart) {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::start));
    for (int i = 0; i < sorted.size(); i++) {
      long limit = i + 1 < sorted.size() ? sorted.get(i + 1).start() : directoryStart;
      if (sorted.get(i).end() > limit) {
        throw file.malformed(
            sorted.get(i).name(),
            "data up to " + limit + " at most",
            "up to " + sorted.get(i).end());
      }
    }
  }

  /** The values of an entry that may have moved to its zip64 extra field, in their order. */
  private final class Zip64Values {
    private final String name;
    private long at;
    private long end;

    Zip64Values(long extra, int length, String name) {
      this.name = name;
      long extraEnd = extra + length;
      long field = extra;
      while (extraEnd - field >= 4) {
        long content = field + 4;
        field = content + file.u16(field + 2, name);
        if (file.u16(content - 4, name) == ZipFormat.EXTRA_ZIP64 && field <= extraEnd) {
          at = content;
          end = field;
          return;
        }
      }
    }

    long next(long small) {
      if (small != ZipFormat.ELSEWHERE_32) {
        return small;
      }
      if (end - at < 8) {
        throw file.malformed(name, "its 64-bit values", "no more of them");
      }
      at += 8;
      return file.i64(at - 8, name);
    }
  }
}
