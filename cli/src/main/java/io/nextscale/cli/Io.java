package io.nextscale.cli;

import java.io.PrintStream;

/**
 * Where a command prints.
 *
 * @param out results
 * @param err progress and errors
 * @param terminal whether {@code err} is a terminal on which a line can be drawn over
 * @param start when the command began, as of {@link System#nanoTime}
 */
record Io(PrintStream out, PrintStream err, boolean terminal, long start) {
  /** Seconds since the command began. */
  double seconds() {
    return since(start);
  }

  /** Prints what may go wrong. */
  void warn(String text) {
    err.println("nextscale: warning: " + Errors.oneLine(text));
  }

  /** Seconds since a moment of {@link System#nanoTime}. */
  static double since(long moment) {
    return (System.nanoTime() - moment) * 1e-9;
  }
}
