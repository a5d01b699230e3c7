package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.TokenMaps;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Named tensors on their way into a safetensors file. */
final class Tensors {
  private final List<StoredTensor> tensors = new ArrayList<>();

  /** Float32 values, row-major. */
  Tensors add(String name, float[] values, long... shape) {
    return add(name, DType.FLOAT32, MemorySegment.ofArray(values), shape);
  }

  /** Int64 values, row-major. */
  Tensors add(String name, long[] values, long... shape) {
    return add(name, DType.INT64, MemorySegment.ofArray(values), shape);
  }

  /** Elements that lie one after the other, row-major. */
  Tensors add(String name, DType dtype, MemorySegment values, long... shape) {
    tensors.add(StoredTensor.contiguous(name, dtype, shape, values));
    return this;
  }

  /** Token maps, int64 (B, L). */
  Tensors tokens(String name, TokenMaps maps) {
    int length = maps.scales().tokens();
    long[] all = new long[maps.batch() * length];
    long[][] rows = maps.tokens();
    for (int b = 0; b < rows.length; b++) {
      System.arraycopy(rows[b], 0, all, b * length, length);
    }
    return add(name, all, maps.batch(), length);
  }

  /** Images of one size, float32 (B, 3, H, W). */
  Tensors images(String name, List<PixelArray> images) {
    int height = images.getFirst().height();
    int width = images.getFirst().width();
    float[] all = new float[Math.multiplyExact(images.size(), 3 * height * width)];
    for (int b = 0; b < images.size(); b++) {
      images.get(b).copyInto(all, b);
    }
    return add(name, all, images.size(), 3, height, width);
  }

  /** Writes them, whole or not at all. */
  void write(Path file, Map<String, String> metadata) {
    SafetensorsWriter.write(file, tensors, metadata);
  }
}
