package io.nextscale.cli.output;

import java.io.PrintStream;

/** Shows on stderr how far the work is: on one line of a terminal, drawn anew, else in lines. */
public final class Progress implements AutoCloseable {
  private static final int BAR = 20;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream err;
  private final boolean terminal;
  private final boolean quiet;
  private boolean drawn;

  /** Shows progress on a console, or nothing if {@code quiet}. */
  public Progress(Console console, boolean quiet) {
    err = console.err();
    terminal = console.terminal();
    this.quiet = quiet;
  }

  /** Shows the present activity, on terminals only. */
  public void status(String text) {
    if (terminal && !quiet) {
      draw(text);
    }
  }

  /** Shows that {@code done} of {@code total} steps are done. */
  public void step(int done, int total, String text) {
    if (quiet) {
      return;
    }
    if (terminal) {
      int filled = BAR * done / total;
      draw("[%s%s] %s".formatted("#".repeat(filled), ".".repeat(BAR - filled), text));
    } else {
      err.println(text);
    }
  }

  private void draw(String text) {
    err.print(CLEAR + text);
    err.flush();
    drawn = true;
  }

  /** Removes the drawn line, so that something else can be printed. */
  public void clear() {
    if (drawn) {
      err.print(CLEAR);
      err.flush();
      drawn = false;
    }
  }

  @Override
  public void close() {
    clear();
  }
}
