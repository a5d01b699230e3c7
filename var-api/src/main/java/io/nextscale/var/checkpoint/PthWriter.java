package io.nextscale.var.checkpoint;

import io.nextscale.torch.DType;
import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Writes state dicts that {@code torch.load(file, weights_only=True)} reads. */
public final class PthWriter {
  private static final String ROOT = "archive/";

  private PthWriter() {}

  /**
   * Writes an OrderedDict of tensors, each contiguous and in its own storage. The file is written
   * whole or not at all.
   *
   * @throws IllegalArgumentException if two tensors have one name, or a name is not Unicode
   * @throws CheckpointException if the file cannot be written; an older one is then unchanged
   */
  public static void write(Path file, Collection<StoredTensor> tensors) {
    write(file, tensors, "");
  }

  /**
   * Writes an OrderedDict of tensors as the value of a key in a dict.
   *
   * @param key key such as "model"; empty to write the OrderedDict itself
   * @throws IllegalArgumentException if two tensors have one name, or a name is not Unicode
   * @throws CheckpointException if the file cannot be written; an older one is then unchanged
   */
  public static void write(Path file, Collection<StoredTensor> tensors, String key) {
    Set<String> names = new HashSet<>();
    for (StoredTensor tensor : tensors) {
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(tensor.name())) {
        throw new IllegalArgumentException("tensors: a name that UTF-8 cannot write");
      }
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException("tensors: two named " + tensor.name());
      }
    }
    byte[] pickle = PickleWriter.stateDict(tensors, key);
    try {
      AtomicFile.write(file, channel -> write(channel, pickle, tensors));
    } catch (IOException e) {
      throw CheckpointException.writing(file, e);
    }
  }

  private static void write(FileChannel channel, byte[] pickle, Collection<StoredTensor> tensors)
      throws IOException {
    ZipWriter zip = new ZipWriter(channel);
    TensorBytes bytes = new TensorBytes(channel);
    add(zip, bytes, "data.pkl", pickle);
    add(zip, bytes, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    int storage = 0;
    for (StoredTensor tensor : tensors) {
      zip.add(ROOT + "data/" + storage++, tensor.byteSize(), () -> bytes.write(tensor));
    }
    add(zip, bytes, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    zip.finish();
  }

  private static void add(ZipWriter zip, TensorBytes bytes, String name, byte[] content)
      throws IOException {
    StoredTensor data =
        StoredTensor.contiguous(
            name, DType.UINT8, new long[] {content.length}, MemorySegment.ofArray(content));
    zip.add(ROOT + name, content.length, () -> bytes.write(data));
  }
}
