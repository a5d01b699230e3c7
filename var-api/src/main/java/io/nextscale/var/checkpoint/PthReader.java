package io.nextscale.var.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the zip archives of torch.save: {@code <root>/data.pkl} and {@code <root>/data/N}. */
final class PthReader {
  private static final String PICKLE = "data.pkl";

  private final FileBytes file;

  private final Arena arena;

  PthReader(FileBytes file, Arena arena) {
    this.file = file;
    this.arena = arena;
  }

  CheckpointContents read(WeightChoice choice) {
    HeapBudget heap = new HeapBudget(file, null, HeapBudget.LIMIT);
    ZipArchive archive = new ZipArchive(file, arena, heap);
    String root = root(archive);
    requireLittleEndian(archive.entries().get(root + "byteorder"));
    ZipArchive.Entry pickle = archive.entries().get(root + PICKLE);
    if (pickle == null) {
      throw file.malformed(null, "an archive of torch.save", "one without " + root + PICKLE);
    }
    if (archive.entries().containsKey(root + "constants.pkl")) {
      throw file.malformed(null, "an archive of torch.save", "one of torch.jit.save");
    }
    PickleTensors tensors = new PickleTensors(file, storages(archive, root), heap);
    PickleInput.requireSize(file, pickle.data().size());
    MemorySegment bytes = pickle.data().slice(0, pickle.data().size());
    Object value = new Unpickler(file, bytes, tensors, heap).read();
    return new WeightDicts(file, value, heap).choose(choice);
  }

  private PickleTensors.Storages storages(ZipArchive archive, String root) {
    return (key, elementSize, count) -> {
      ZipArchive.Entry entry = archive.entries().get(root + "data/" + key);
      if (entry == null) {
        throw file.malformed("storage " + key, "an entry of this name in data/", "none");
      }
      return entry.data();
    };
  }

  /** Returns the folder of the first entry, as PyTorch does. */
  private String root(ZipArchive archive) {
    for (String name : archive.entries().keySet()) {
      int slash = name.indexOf('/');
      if (slash > 0) {
        return name.substring(0, slash + 1);
      }
    }
    throw file.malformed(null, "an archive of torch.save", "one without a folder");
  }

  private void requireLittleEndian(ZipArchive.@Nullable Entry entry) {
    if (entry == null) {
      return;
    }
    StorageBytes data = entry.data();
    byte[] start = data.slice(0, Math.min(16, data.size())).toArray(ValueLayout.JAVA_BYTE);
    String order = new String(start, StandardCharsets.ISO_8859_1);
    if (!order.equals("little")) {
      throw file.malformed("byteorder", "little", order);
    }
  }
}
