package io.nextscale.cli;

/** The largest Java array, as a limit of what a command can write. */
final class ArrayLimit {
  private static final int MOST = Integer.MAX_VALUE - 8;

  private ArrayLimit() {}

  /**
   * Refuses more values than an array holds.
   *
   * @param what they are and what would make them fewer, for the message
   */
  static void require(String what, long... sides) {
    long values = 1;
    for (long side : sides) {
      values = Math.multiplyExact(values, side);
    }
    if (values > MOST) {
      throw new CommandException(what + ": " + values + " values, at most " + MOST);
    }
  }
}
