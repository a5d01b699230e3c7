package io.nextscale.evaluate.metric;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Features of a set of images as float32 rows, in memory that somebody else owns, such as a mapped
 * file.
 *
 * @param memory (rows, dimensions)
 * @param rows number of images
 * @param dimensions number of features of an image
 * @param stride floats from one row to the next
 */
public record FeatureRows(MemorySegment memory, int rows, int dimensions, int stride) {
  /** Checks that no component is null. */
  public FeatureRows {
    Objects.requireNonNull(memory, "memory");
  }

  /** Rows without gaps. */
  public FeatureRows(MemorySegment memory, int rows, int dimensions) {
    this(memory, rows, dimensions, dimensions);
  }

  /** Copies the features of one image. */
  public float[] row(int index) {
    return memory
        .asSlice((long) index * stride * Float.BYTES, (long) dimensions * Float.BYTES)
        .toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Returns some rows, as a view of their memory in the innermost {@link TensorScope}. */
  public Tensor block(int start, int count) {
    long bytes = (long) stride * Float.BYTES;
    return Tensor.wrap(
        memory.asSlice(start * bytes, (count - 1) * bytes + (long) dimensions * Float.BYTES),
        DType.FLOAT32,
        new long[] {count, dimensions},
        new long[] {stride, 1});
  }
}
