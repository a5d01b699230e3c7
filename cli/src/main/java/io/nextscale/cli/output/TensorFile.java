package io.nextscale.cli.output;

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

/** Collects named tensors and writes them to a safetensors file. */
public final class TensorFile {
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final List<StoredTensor> tensors = new ArrayList<>();

  /** Adds float32 values, row-major. */
  public TensorFile add(String name, float[] values, long... shape) {
    return add(name, DType.FLOAT32, MemorySegment.ofArray(values), shape);
  }

  /** Adds int64 values, row-major. */
  public TensorFile add(String name, long[] values, long... shape) {
    return add(name, DType.INT64, MemorySegment.ofArray(values), shape);
  }

  /** Adds elements in memory, row-major, which must stay allocated until the file is written. */
  public TensorFile add(String name, DType dtype, MemorySegment elements, long... shape) {
    tensors.add(StoredTensor.contiguous(name, dtype, shape, elements));
    return this;
  }

  /** Adds token maps as int64 (B, L). */
  public TensorFile addTokens(String name, TokenMaps maps) {
    int length = maps.scales().tokens();
    long[] all = new long[maps.batch() * length];
    long[][] rows = maps.tokens();
    for (int b = 0; b < rows.length; b++) {
      System.arraycopy(rows[b], 0, all, b * length, length);
    }
    return add(name, all, maps.batch(), length);
  }

  /** Adds images of one size as float32 (B, 3, H, W). */
  public TensorFile addImages(String name, List<PixelArray> images) {
    int height = images.getFirst().height();
    int width = images.getFirst().width();
    float[] all = new float[Math.multiplyExact(images.size(), 3 * height * width)];
    for (int b = 0; b < images.size(); b++) {
      images.get(b).copyInto(all, b);
    }
    return add(name, all, images.size(), 3, height, width);
  }

  /** Writes the file whole or not at all. */
  public void write(Path file, Map<String, String> metadata) {
    SafetensorsWriter.write(file, tensors, metadata);
  }

  /**
   * Refuses a tensor that does not fit into a Java array, on its way into the file.
   *
   * @param name describes it and says what would make it smaller, for the message
   * @throws CommandException if the product of the shape exceeds 2147483639
   */
  public static void requireRoom(String name, long... shape) {
    long elements = 1;
    for (long side : shape) {
      elements = Math.multiplyExact(elements, side);
    }
    if (elements > LARGEST_ARRAY) {
      throw new CommandException(
          "%s: %s elements, at most %s are possible".formatted(name, elements, LARGEST_ARRAY));
    }
  }
}
