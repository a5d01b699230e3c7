package io.nextscale.cli.output;

import java.io.PrintStream;

/**
 * The console that a command prints to.
 *
 * @param out results
 * @param err progress, warnings and errors
 * @param terminal whether {@code err} is a terminal on which a line can be drawn over
 * @param start when the command began, in nanoseconds of {@link System#nanoTime}
 */
public record Console(PrintStream out, PrintStream err, boolean terminal, long start) {
  /** Prints a result, such as the name of a file that was written. */
  public void print(Object result) {
    out.println(result);
  }

  /** Prints a line of a listing. */
  public void printRow(String key, String value) {
    out.printf("%-15s %s%n", oneLine(key), oneLine(value));
  }

  /** Prints a warning. */
  public void warn(String text) {
    err.println("nextscale: warning: " + oneLine(text));
  }

  /** Prints an error. */
  public void fail(String text) {
    err.println("nextscale: " + oneLine(text));
  }

  /** Seconds since the command began. */
  public double seconds() {
    return secondsSince(start);
  }

  /** Seconds since a moment of {@link System#nanoTime}. */
  public static double secondsSince(long moment) {
    return (System.nanoTime() - moment) * 1e-9;
  }

  /** Folds line breaks into blanks and replaces other control characters. */
  public static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "\ufffd");
  }
}
