package io.nextscale.var.checkpoint;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of torch.save before PyTorch 1.6: pickles of a magic number, the version, the
 * writer's system, the value and the keys of its storages, then each storage, as a count of
 * elements and their bytes.
 */
final class TorchStreamReader {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  private final FileBytes file;
  private final HeapBudget heap;
  private final Map<String, Pending> storages = new HashMap<>();
  private long at;

  /** A storage of the pickle, whose place in the file is known later. */
  private static final class Pending implements StorageBytes {
    private final FileBytes file;
    private final int elementSize;
    private final long count;
    private long start = -1;

    Pending(FileBytes file, int elementSize, long count) {
      this.file = file;
      this.elementSize = elementSize;
      this.count = count;
    }

    @Override
    public long size() {
      return count * elementSize;
    }

    @Override
    public MemorySegment slice(long offset, long length) {
      return file.slice(start + offset, length, "storage");
    }
  }

  TorchStreamReader(FileBytes file) {
    this.file = file;
    this.heap = new HeapBudget(file, null, HeapBudget.LIMIT);
  }

  CheckpointContents read(WeightChoice choice) {
    requireEqual("magic number", MAGIC, next());
    requireEqual("version", VERSION, next());
    Object system = next();
    if (!(system instanceof Map<?, ?> map) || !Boolean.TRUE.equals(map.get("little_endian"))) {
      throw file.malformed("system", "little-endian numbers", "others");
    }
    Object value = next();
    readStorages(next());
    return new WeightDicts(file, value, heap).choose(choice);
  }

  private void requireEqual(String part, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw file.malformed(part, expected.toString(), PickleStack.describe(found));
    }
  }

  private Object next() {
    long length = Math.min(file.size() - at, PickleInput.MAX_SIZE);
    Unpickler pickle =
        new Unpickler(
            file,
            file.slice(at, length, "pickle"),
            new PickleTensors(file, this::storage, heap),
            heap);
    Object value = pickle.read();
    at += pickle.length();
    return value;
  }

  private StorageBytes storage(String key, int elementSize, long count) {
    long most = file.size() / elementSize;
    if (count < 0 || count > most) {
      throw file.malformed(
          "storage " + key,
          "at most %s elements, as the file is large".formatted(most),
          "" + count);
    }
    Pending known = storages.get(key);
    if (known == null) {
      known = new Pending(file, elementSize, count);
      storages.put(key, known);
    } else if (known.elementSize != elementSize || known.count != count) {
      throw file.malformed("storage " + key, "one type and size", "two");
    }
    return known;
  }

  /** Finds the storages in the file, in the order of the list of their keys. */
  private void readStorages(Object keys) {
    if (!(keys instanceof List<?> list)) {
      throw file.malformed("storages", "a list of keys", PickleStack.describe(keys));
    }
    int found = 0;
    for (Object key : list) {
      @Nullable Pending storage = key instanceof String name ? storages.get(name) : null;
      if (storage == null || storage.start >= 0) {
        throw file.malformed("storages", "each key of the pickle once", "another");
      }
      String part = "storage " + key;
      long count = file.i64(at, part);
      if (count != storage.count) {
        throw file.malformed(part, storage.count + " elements", Long.toString(count));
      }
      storage.start = at + Long.BYTES;
      file.slice(storage.start, storage.size(), part);
      at = storage.start + storage.size();
      found++;
    }
    if (found < storages.size()) {
      throw file.malformed("storages", storages.size() + " in the file", Integer.toString(found));
    }
  }
}
