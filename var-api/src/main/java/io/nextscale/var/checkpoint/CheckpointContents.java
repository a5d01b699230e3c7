package io.nextscale.var.checkpoint;

import io.nextscale.var.format.FileKind;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;

/**
 * The content of a checkpoint.
 *
 * @param layout place of the tensors, see {@link Checkpoint#layout}
 * @param tensors the tensors by name, in the order of the file
 * @param metadata free texts of a safetensors file
 * @param others what lies beside the tensors, for people
 */
record CheckpointContents(
    String layout,
    Map<String, StoredTensor> tensors,
    Map<String, String> metadata,
    List<String> others) {

  /**
   * Reads a file of any format, which its first bytes tell.
   *
   * @param arena owner of what is unpacked later
   */
  static CheckpointContents read(FileBytes file, Arena arena, WeightChoice choice) {
    byte[] start =
        file.slice(0, Math.min(FileKind.START, file.size()), "start")
            .toArray(ValueLayout.JAVA_BYTE);
    FileKind kind = FileKind.of(start, file.size());
    return switch (kind) {
      case ZIP -> new PthReader(file, arena).read(choice);
      case TORCH_STREAM -> new TorchStreamReader(file).read(choice);
      case SAFETENSORS -> new SafetensorsReader(file).read(choice);
      default -> throw file.malformed(null, "a .pth or safetensors file", kind.describe(start));
    };
  }
}
