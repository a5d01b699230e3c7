package io.nextscale.var.checkpoint;

import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes safetensors files. */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 64;

  private SafetensorsWriter() {}

  /**
   * Writes a file, whole or not at all. Tensors with larger elements come first, so that all are
   * aligned; otherwise the order is kept. All tensors are written contiguously.
   *
   * @param metadata free texts, written in the order of their keys; readers find them under {@code
   *     __metadata__}
   * @throws IllegalArgumentException if two tensors have one name, one is named {@code
   *     __metadata__}, or the header is too large to be read again
   * @throws CheckpointException if the file cannot be written; an older one is then unchanged
   */
  public static void write(
      Path file, Collection<StoredTensor> tensors, Map<String, String> metadata) {
    List<StoredTensor> sorted =
        tensors.stream()
            .sorted(Comparator.comparingInt(tensor -> -tensor.dtype().byteSize()))
            .toList();
    ByteBuffer header = header(sorted, metadata);
    try {
      AtomicFile.write(file, channel -> write(channel, header, sorted));
    } catch (IOException e) {
      throw CheckpointException.writing(file, e);
    }
  }

  private static ByteBuffer header(List<StoredTensor> tensors, Map<String, String> metadata) {
    Map<String, Object> entries = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      entries.put(SafetensorsReader.METADATA, new TreeMap<>(metadata)); // equal runs, equal bytes
    }
    long offset = 0;
    for (StoredTensor tensor : tensors) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", SafetensorsDType.of(tensor.dtype()).name());
      entry.put("shape", Arrays.stream(tensor.shape()).boxed().toList());
      entry.put("data_offsets", List.of(offset, Math.addExact(offset, tensor.byteSize())));
      offset += tensor.byteSize();
      boolean reserved = tensor.name().equals(SafetensorsReader.METADATA);
      if (reserved || entries.put(tensor.name(), entry) != null) {
        throw new IllegalArgumentException(
            "tensors: " + (reserved ? "the reserved name " : "two named ") + tensor.name());
      }
    }
    byte[] json = Json.write(entries).getBytes(StandardCharsets.UTF_8);
    int length = Math.ceilDiv(8 + json.length, ALIGNMENT) * ALIGNMENT - 8;
    if (length > SafetensorsReader.MAX_HEADER) {
      throw new IllegalArgumentException(
          "tensors: a header of %s bytes, expected at most %s"
              .formatted(length, SafetensorsReader.MAX_HEADER));
    }
    ByteBuffer header = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(length).put(json);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }

  private static void write(FileChannel channel, ByteBuffer header, List<StoredTensor> tensors)
      throws IOException {
    while (header.hasRemaining()) {
      channel.write(header);
    }
    TensorBytes bytes = new TensorBytes(channel);
    for (StoredTensor tensor : tensors) {
      bytes.write(tensor);
    }
  }
}
