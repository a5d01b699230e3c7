package io.nextscale.var.checkpoint;

import java.util.Map;

/**
 * The content of a checkpoint.
 *
 * @param layout place of the tensors, see {@link Checkpoint#layout}
 * @param tensors the tensors by name, in the order of the file
 * @param metadata free texts of a safetensors file
 */
record CheckpointContents(
    String layout, Map<String, StoredTensor> tensors, Map<String, String> metadata) {

  /** Reads a file of either format, which its first bytes tell. */
  static CheckpointContents read(FileBytes file) {
    if (file.has(0, 'P', 'K', 3, 4) || file.has(0, 'P', 'K', 5, 6)) {
      return new PthReader(file).read();
    }
    // protocol 2, and the magic number of torch.save before 1.6: LONG1 0x1950a86a20f9469cfc6c
    if (file.has(
        0, 0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)) {
      throw new CheckpointException(
          file.path(),
          null,
          "a zip archive, as torch.save writes since PyTorch 1.6",
          "a pickle stream of an older torch.save; load it in Python and save it again with"
              + " torch >= 1.6");
    }
    return new SafetensorsReader(file).read();
  }
}
