package io.nextscale.var.checkpoint;

import io.nextscale.torch.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Tensors for tests. */
final class Tensors {
  private Tensors() {}

  static StoredTensor random(String name, DType dtype, long... shape) {
    byte[] data = new byte[(int) TensorLayout.elementCount(shape) * dtype.byteSize()];
    new Random(name.hashCode()).nextBytes(data);
    if (dtype == DType.BOOL) {
      for (int i = 0; i < data.length; i++) {
        data[i] &= 1;
      }
    }
    return StoredTensor.contiguous(name, dtype, shape, MemorySegment.ofArray(data));
  }

  /** Returns tensors of every type, a scalar, empty ones and ones that are not contiguous. */
  static List<StoredTensor> various() {
    List<StoredTensor> tensors = new ArrayList<>();
    for (DType dtype : DType.values()) {
      tensors.add(random("some." + dtype, dtype, 3, 5));
    }
    tensors.add(random("scalar", DType.FLOAT32));
    tensors.add(random("empty", DType.INT64, 0));
    tensors.add(random("empty.too", DType.FLOAT16, 4, 0, 2));
    StoredTensor matrix = random("matrix", DType.FLOAT32, 4, 6);
    MemorySegment data = matrix.data();
    tensors.add(matrix);
    tensors.add(strided("transposed", data, new long[] {6, 4}, new long[] {1, 6}));
    tensors.add(strided("columns", data.asSlice(8, 80), new long[] {4, 2}, new long[] {6, 1}));
    tensors.add(
        strided("steps", data.asSlice(0, 4 * 23), new long[] {2, 3, 2}, new long[] {12, 4, 2}));
    tensors.add(
        strided("expanded", data.asSlice(0, 24), new long[] {3, 1, 6}, new long[] {0, 99, 1}));
    tensors.add(random("nämé \"q\" \n 😀", DType.UINT8, 1));
    return tensors;
  }

  private static StoredTensor strided(
      String name, MemorySegment data, long[] shape, long[] strides) {
    return new StoredTensor(
        name,
        DType.FLOAT32,
        shape,
        strides,
        data.asSlice(0, 4 * TensorLayout.extent(shape, strides)));
  }

  /** Gathers the elements in row-major order, one by one. */
  static byte[] elements(StoredTensor tensor) {
    int size = tensor.dtype().byteSize();
    byte[] out = new byte[(int) tensor.byteSize()];
    long[] shape = tensor.shape();
    for (int i = 0; i < tensor.elementCount(); i++) {
      long rest = i;
      long at = 0;
      for (int d = shape.length - 1; d >= 0; d--) {
        at += rest % shape[d] * tensor.strides()[d];
        rest /= shape[d];
      }
      MemorySegment.copy(tensor.data(), ValueLayout.JAVA_BYTE, at * size, out, i * size, size);
    }
    return out;
  }

  static byte[] written(StoredTensor tensor) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new TensorBytes(Channels.newChannel(out)).write(tensor);
    return out.toByteArray();
  }
}
