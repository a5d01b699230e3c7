package io.nextscale.var.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Reads the zip archives of torch.save: {@code <root>/data.pkl} and {@code <root>/data/N}. */
final class PthReader {
  private static final String PICKLE = "data.pkl";

  private final FileBytes file;

  PthReader(FileBytes file) {
    this.file = file;
  }

  CheckpointContents read() {
    HeapBudget heap = new HeapBudget(file, null, HeapBudget.LIMIT);
    ZipArchive archive = new ZipArchive(file, heap);
    String root = root(archive);
    requireLittleEndian(archive.entries().get(root + "byteorder"));
    ZipArchive.Entry pickle = archive.entries().get(root + PICKLE);
    if (pickle == null) {
      throw file.malformed(null, "an archive of torch.save", "one without " + root + PICKLE);
    }
    if (archive.entries().containsKey(root + "constants.pkl")) {
      throw file.malformed(null, "an archive of torch.save", "one of torch.jit.save");
    }
    PickleTensors tensors = new PickleTensors(file, archive, root, heap);
    Object value = new Unpickler(file, pickle.data(), tensors, heap).read();
    StateDict stateDict = StateDict.find(file, value, heap);
    return new CheckpointContents(
        "pth " + stateDict.layout(), stateDict.tensors(), new LinkedHashMap<>());
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
    MemorySegment data = entry.data();
    byte[] start = data.asSlice(0, Math.min(16, data.byteSize())).toArray(ValueLayout.JAVA_BYTE);
    String order = new String(start, StandardCharsets.ISO_8859_1);
    if (!order.equals("little")) {
      throw file.malformed("byteorder", "little", CheckpointException.shown(order));
    }
  }
}
