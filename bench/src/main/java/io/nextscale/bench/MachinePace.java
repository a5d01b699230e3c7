package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.OneDnn;

/**
 * Measures the speed of the machine at a moment by a large matrix product. A virtual machine shares
 * its host and is faster in one minute than in the next; two products around a run show how fast
 * the machine was during the run.
 */
final class MachinePace implements AutoCloseable {
  private static final int SIDE = 2048;
  private static final int QUICK_SIDE = 256;

  private final TensorScope memory;
  private final Tensor x;
  private final Tensor weight;
  private double fastest;

  /** Allocates the matrices and runs a first product. */
  MachinePace(DType type, boolean quick) {
    int side = quick ? QUICK_SIDE : SIDE;
    memory = TensorScope.create();
    try (TensorScope.Entry entry = memory.enter()) {
      x = Tensor.full(1, type, Device.CPU, side, side);
      weight = Tensor.full(1, type, Device.CPU, side, side);
    }
    product(); // oneDNN generates its code in the first one
  }

  /** Measures two products; returns the seconds of the faster one. */
  double now() {
    double seconds = Math.min(product(), product());
    fastest = fastest == 0 ? seconds : Math.min(fastest, seconds);
    return seconds;
  }

  private double product() {
    long start = System.nanoTime();
    try (TensorScope scope = TensorScope.open()) {
      if (OneDnn.serves(weight)) {
        OneDnn.linear(x, weight, null, OneDnn.Activation.NONE);
      } else {
        Layers.linear(x, weight, null);
      }
    }
    return (System.nanoTime() - start) * 1e-9;
  }

  /** Seconds of the fastest product so far. */
  double fastest() {
    return fastest;
  }

  @Override
  public void close() {
    memory.close();
  }
}
