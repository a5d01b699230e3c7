package io.nextscale.torch;

import java.util.function.IntToDoubleFunction;

/**
 * Makes tensors of ranges and of random numbers.
 *
 * <p>Random numbers are a function of seed and position, whatever the device, the element type and
 * the number of threads: element i comes from SplitMix64 (Steele, Lea and Flood 2014) after i steps
 * from the seed, its upper 53 bits as a number from 0 to below 1.
 */
public final class Creation {
  private static final long STEP = 0x9e3779b97f4a7c15L;
  private static final double UNIT = 0x1p-53;

  private Creation() {}

  private static Tensor filled(
      DType dtype, Device device, long[] shape, IntToDoubleFunction value) {
    TensorScope.innermost(); // the message without one says how to open it
    double[] values = new double[count(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.applyAsDouble(i);
    }
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(Tensor.of(values, shape).to(dtype).to(device));
    }
  }

  private static int count(long[] shape) {
    long count = TensorMetadata.count(shape);
    if (count > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "%s elements: expected fewer than 2³¹ − 8, made on the Java heap".formatted(count));
    }
    return (int) count;
  }

  private static long bits(long seed, long index) {
    long z = seed + (index + 1) * STEP;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  private static double uniform(long seed, long index) {
    return (bits(seed, index) >>> 11) * UNIT;
  }

  /** Makes a tensor of random numbers, uniform from 0 to below 1 (rounding may give 1). */
  public static Tensor rand(long seed, DType dtype, Device device, long... shape) {
    return filled(dtype, device, shape, i -> uniform(seed, i));
  }

  /** Makes a tensor of random numbers of the standard normal distribution (Box and Muller 1958). */
  public static Tensor randn(long seed, DType dtype, Device device, long... shape) {
    return filled(
        dtype,
        device,
        shape,
        i -> {
          double radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, i & -2)));
          double angle = 2 * Math.PI * uniform(seed, i | 1);
          return radius * ((i & 1) == 0 ? Math.cos(angle) : Math.sin(angle));
        });
  }

  /**
   * Makes an int64 CPU tensor of random integers from {@code low} to below {@code high}, uniform up
   * to a deviation of {@code (high − low) / 2⁶⁴}.
   *
   * @throws IllegalArgumentException if there is none between them
   */
  public static Tensor randint(long seed, long low, long high, long... shape) {
    if (low >= high || high - low < 0) {
      throw new IllegalArgumentException(
          "random integers from %s to below %s: expected at least one, fewer than 2⁶³"
              .formatted(low, high));
    }
    long[] values = new long[count(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = low + Math.unsignedMultiplyHigh(bits(seed, i), high - low);
    }
    return Tensor.of(values, shape);
  }

  /**
   * Makes an int64 CPU tensor of {@code start}, {@code start + step}, … before {@code end}.
   *
   * @throws IllegalArgumentException if the step is 0 or leads away from the end
   */
  public static Tensor arange(long start, long end, long step) {
    if (step == 0 || start != end && start < end != step > 0) {
      throw new IllegalArgumentException(
          "range from %s to %s by %s: expected a step towards the end".formatted(start, end, step));
    }
    double length = Math.ceil(((double) end - start) / step);
    long[] values = new long[count(new long[] {(long) length})];
    for (int i = 0; i < values.length; i++) {
      values[i] = start + i * step;
    }
    return Tensor.of(values, values.length);
  }

  /**
   * Makes a CPU tensor of {@code count} numbers from {@code start} to {@code end}, both included.
   */
  public static Tensor linspace(double start, double end, long count, DType dtype) {
    double step = count > 1 ? (end - start) / (count - 1) : 0;
    return filled(
        dtype,
        Device.CPU,
        new long[] {count},
        i -> i < count / 2 ? start + i * step : end - (count - 1 - i) * step);
  }
}
