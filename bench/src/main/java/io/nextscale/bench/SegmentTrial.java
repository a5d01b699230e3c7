package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.TorchException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tries the memory of a device's tensors as Java sees it. */
final class SegmentTrial {
  private static final int SIZE = 1 << 16;

  private SegmentTrial() {}

  /** Returns a line for each check, with its problem, or an empty text if it passes. */
  static Map<String, String> problems(Device device) {
    Map<String, String> problems = new LinkedHashMap<>();
    try (TensorScope scope = TensorScope.open()) {
      float[] values = new float[SIZE];
      for (int i = 0; i < SIZE; i++) {
        values[i] = i % 251 - 125; // exact in bfloat16
      }
      Tensor host = Tensor.of(values, SIZE);
      for (DType type : new DType[] {DType.FLOAT32, DType.BFLOAT16, DType.FLOAT16}) {
        Tensor there = host.to(type).to(device);
        problems.put(
            type + " to the device and back",
            Arrays.equals(there.toFloats(), values) ? "" : "values changed");
        problems.put("segment of a " + type + " tensor", segment(there, device));
        float[] doubled = there.add(there).toFloats();
        problems.put(
            "sum in " + type,
            doubled[SIZE - 1] == 2 * values[SIZE - 1] ? "" : "last value " + doubled[SIZE - 1]);
      }
      problems.put("product of matrices", product(device));
      if (device.type() == Device.Type.CUDA) {
        problems.put("copies through page-locked memory", pinned(host.to(device), values));
      }
    } catch (TorchException e) {
      problems.put("tensors", String.valueOf(e.getMessage()));
    }
    return problems;
  }

  /** The JVM must not read a device's memory: the segment has an address and no bytes. */
  private static String segment(Tensor tensor, Device device) {
    MemorySegment segment = tensor.segment();
    long bytes = device.type() == Device.Type.CPU ? (long) SIZE * tensor.dtype().byteSize() : 0;
    return segment.address() != 0 && segment.byteSize() == bytes
        ? ""
        : "address %x, %d bytes, expected %d"
            .formatted(segment.address(), segment.byteSize(), bytes);
  }

  private static String product(Device device) {
    Tensor a = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2).to(device);
    float[] product = Functional.matmul(a, a).toFloats();
    return Arrays.equals(product, new float[] {7, 10, 15, 22}) ? "" : Arrays.toString(product);
  }

  private static String pinned(Tensor there, float[] values) {
    Tensor locked = Tensor.emptyPinned(DType.FLOAT32, SIZE).copyFrom(there);
    float[] read = locked.segment().toArray(ValueLayout.JAVA_FLOAT);
    return Arrays.equals(read, values) ? "" : "values changed";
  }
}
