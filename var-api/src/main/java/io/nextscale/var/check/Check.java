package io.nextscale.var.check;

/** Checks arguments; every message names the argument, its value and the allowed values. */
public final class Check {
  private Check() {}

  /**
   * Checks that a whole number lies between two bounds.
   *
   * @param name name of the argument, for the message
   * @param from the least value that is allowed
   * @param to the largest value that is allowed
   * @return the value
   * @throws IllegalArgumentException if it lies outside
   */
  public static int range(String name, int value, int from, int to) {
    that(value >= from && value <= to, name, value, from + " to " + to);
    return value;
  }

  /**
   * Checks that a real number lies between two bounds; NaN lies outside.
   *
   * @return the value
   * @throws IllegalArgumentException if it lies outside
   */
  public static double range(String name, double value, int from, int to) {
    that(value >= from && value <= to, name, value, from + " to " + to);
    return value;
  }

  /**
   * Checks that a number is large enough.
   *
   * @param name name of the argument, for the message
   * @param least the least value that is allowed
   * @throws IllegalArgumentException if it is smaller, or NaN
   */
  public static void atLeast(String name, double value, int least) {
    that(value >= least, name, value, least + " and more");
  }

  /** Checks that a whole number is large enough, as {@link #atLeast(String, double, int)}. */
  public static void atLeast(String name, int value, int least) {
    that(value >= least, name, value, least + " and more");
  }

  /**
   * Checks that a number is finite and above 0.
   *
   * @param name name of the argument, for the message
   * @throws IllegalArgumentException if it is not
   */
  public static void positive(String name, double value) {
    that(value > 0 && Double.isFinite(value), name, value, "above 0");
  }

  /**
   * Checks a value of exponential noise.
   *
   * @param code codebook entry of the value
   * @param position of the token among all L of the image
   * @param image index in the batch
   * @throws IllegalArgumentException if it is no finite number above 0
   */
  public static void noise(float value, int code, int position, int image) {
    if (!(value > 0 && value < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "noise %s of code %s at position %s of image %s: expected a finite number above 0"
              .formatted(value, code, position, image));
    }
  }

  /**
   * Checks a condition of an argument.
   *
   * @param good whether the value is allowed
   * @param name name of the argument, for the message
   * @param value value of the argument
   * @param allowed completes the sentence "expected …"
   * @throws IllegalArgumentException if it is not
   */
  public static void that(boolean good, String name, Object value, String allowed) {
    if (!good) {
      throw new IllegalArgumentException("%s %s: expected %s".formatted(name, value, allowed));
    }
  }
}
