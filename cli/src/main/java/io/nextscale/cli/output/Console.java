package io.nextscale.cli.output;

import java.io.PrintStream;

/**
 * The console that a command prints to. It alone decides where lines go, and whether notes,
 * warnings and progress are shown.
 */
public final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final long start;
  private boolean quiet;
  private boolean outReserved;

  /**
   * A console that shows everything.
   *
   * @param out results
   * @param err errors, warnings, notes and progress
   * @param terminal whether {@code err} is a terminal on which a line can be drawn over
   * @param start when the command began, in nanoseconds of {@link System#nanoTime}
   */
  public Console(PrintStream out, PrintStream err, boolean terminal, long start) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.start = start;
  }

  /** Shows only errors from now on, beside the results. */
  public void beQuiet() {
    quiet = true;
  }

  /** Reserves stdout for a file that a command writes there: results become notes on stderr. */
  public void reserveOut() {
    outReserved = true;
  }

  /** Whether only errors are shown beside the results. */
  public boolean isQuiet() {
    return quiet;
  }

  /** Whether stderr is a terminal on which a line can be drawn over. */
  public boolean isTerminal() {
    return terminal;
  }

  /** Stdout, for whoever prints otherwise than in lines. */
  public PrintStream out() {
    return out;
  }

  /** Stderr, for errors of several lines. */
  public PrintStream err() {
    return err;
  }

  /** Prints a result, such as the name of a file that was written. */
  public void print(Object result) {
    if (outReserved) {
      note(String.valueOf(result));
    } else {
      out.println(result);
    }
  }

  /** Prints a line of a listing. */
  public void printRow(String key, String value) {
    out.printf("%-15s %s%n", oneLine(key), oneLine(value));
  }

  /** Prints a line about the work, unless the console is quiet. */
  public void note(String line) {
    if (!quiet) {
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
