package io.nextscale.cli.output;

import java.io.PrintStream;
import java.util.function.BooleanSupplier;

/**
 * The console that a command prints to. It alone decides whether notes, warnings and progress are
 * shown.
 *
 * @param out results
 * @param err errors and, unless {@code quiet}, notes, warnings and progress
 * @param terminal whether {@code err} is a terminal on which a line can be drawn over
 * @param start when the command began, in nanoseconds of {@link System#nanoTime}
 * @param quiet whether {@code err} shows errors only; asked at each print, as the commands are made
 *     before their options are read
 */
public record Console(
    PrintStream out, PrintStream err, boolean terminal, long start, BooleanSupplier quiet) {
  /** The same console, silent but for errors if {@code quiet} says so. */
  public Console quietIf(BooleanSupplier quiet) {
    return new Console(out, err, terminal, start, quiet);
  }

  /** Whether only errors are shown beside the results. */
  public boolean isQuiet() {
    return quiet.getAsBoolean();
  }

  /** Prints a result, such as the name of a file that was written. */
  public void print(Object result) {
    out.println(result);
  }

  /** Prints a line of a listing. */
  public void printRow(String key, String value) {
    out.printf("%-15s %s%n", oneLine(key), oneLine(value));
  }

  /** Prints a line about the work, unless the console is quiet. */
  public void note(String line) {
    if (!isQuiet()) {
      err.println(line);
    }
  }

  /** Prints a warning, unless the console is quiet. */
  public void warn(String text) {
    note("nextscale: warning: " + oneLine(text));
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
