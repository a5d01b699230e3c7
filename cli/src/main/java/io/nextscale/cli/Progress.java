package io.nextscale.cli;

import java.io.PrintStream;

/** Tells on stderr how far the work is: over and over on one line of a terminal, else in lines. */
final class Progress implements AutoCloseable {
  private static final int BAR = 20;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream err;
  private final boolean terminal;
  private final boolean quiet;
  private boolean drawn;

  Progress(Io io, boolean quiet) {
    err = io.err();
    terminal = io.terminal();
    this.quiet = quiet;
  }

  /** What is going on, on terminals only. */
  void status(String text) {
    if (terminal && !quiet) {
      draw(text);
    }
  }

  /** One of several steps is done. */
  void step(int done, int of, String text) {
    if (quiet) {
      return;
    }
    if (terminal) {
      int filled = BAR * done / of;
      draw("[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + text);
    } else {
      err.println(text);
    }
  }

  private void draw(String text) {
    err.print(CLEAR + text);
    err.flush();
    drawn = true;
  }

  /** Takes the line away, so that something else can be printed. */
  void clear() {
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
