package io.nextscale.torch;

import java.util.concurrent.CountDownLatch;

/** Ends with status 3 while a thread of its own is in a call of a second or more. */
final class LongCall {
  private static final int NODES = 100_000;
  private static final long WELL_INSIDE = 50;

  private LongCall() {}

  public static void main(String[] arguments) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try (TensorScope scope = TensorScope.open()) {
                Tensor factor = Autograd.parameter(Tensor.full(1, DType.FLOAT32, Device.CPU, 8, 8));
                Tensor product = factor;
                for (int i = 0; i < NODES; i++) {
                  product = product.mul(factor);
                }
                Tensor loss = Functional.sum(product.reshape(-1), 0, false);
                begun.countDown();
                while (true) {
                  Autograd.backward(loss);
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    begun.await();
    Thread.sleep(WELL_INSIDE);
    System.exit(3);
  }
}
