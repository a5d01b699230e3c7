package io.nextscale.torch;

/** Ends with status 3 and loads libtorch only after it has begun to end. */
final class LateLoading {
  private LateLoading() {}

  public static void main(String[] arguments) {
    Runtime.getRuntime().addShutdownHook(new Thread(LateLoading::compute));
    System.exit(3);
  }

  private static void compute() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor threes = Tensor.full(3, DType.FLOAT32, Device.CPU, 2);
      System.out.println(Functional.sum(threes, 0, false).item());
    }
  }
}
