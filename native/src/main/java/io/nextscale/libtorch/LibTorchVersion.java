package io.nextscale.libtorch;

/**
 * Version of a libtorch, such as {@code 2.13.0}.
 *
 * @param major first number
 * @param minor second number
 * @param patch third number
 */
public record LibTorchVersion(int major, int minor, int patch)
    implements Comparable<LibTorchVersion> {

  /** The oldest whose C ABI has every function that is needed. */
  public static final LibTorchVersion OLDEST = new LibTorchVersion(2, 10, 0);

  /** The one whose ABI is bound: a later libtorch treats the caller as built for it. */
  public static final LibTorchVersion BOUND = new LibTorchVersion(2, 13, 0);

  private static final int MAJOR_SHIFT = 56;
  private static final int MINOR_SHIFT = 48;
  private static final int PATCH_SHIFT = 40;

  /** Reads the number that {@code aoti_torch_abi_version} returns. */
  static LibTorchVersion decode(long encoded) {
    return new LibTorchVersion(
        (int) (encoded >>> MAJOR_SHIFT),
        (int) (encoded >>> MINOR_SHIFT) & 0xff,
        (int) (encoded >>> PATCH_SHIFT) & 0xff);
  }

  /** The version as one number, as functions of the ABI take it from a caller. */
  public long encoded() {
    return (long) major << MAJOR_SHIFT | (long) minor << MINOR_SHIFT | (long) patch << PATCH_SHIFT;
  }

  /** Whether this is {@code other} or later. */
  public boolean isAtLeast(LibTorchVersion other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(LibTorchVersion other) {
    return Long.compareUnsigned(encoded(), other.encoded());
  }

  /** Major and minor number, by which releases are called. */
  String release() {
    return major + "." + minor;
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
