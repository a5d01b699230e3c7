package io.nextscale.cli.output;

/** Shows on stderr how far the work is: on one line of a terminal, drawn anew, else in lines. */
public final class Progress implements AutoCloseable {
  private static final int BAR = 20;
  private static final String CLEAR = "\r\u001b[K";

  private final Console console;
  private boolean drawn;

  /** Shows progress on a console, or nothing if that is quiet. */
  public Progress(Console console) {
    this.console = console;
  }

  /** Shows the present activity, on terminals only. */
  public void status(String text) {
    if (console.isTerminal()) {
      draw(text);
    }
  }

  /** Shows that {@code done} of {@code total} steps are done. */
  public void step(int done, int total, String text) {
    if (console.isTerminal()) {
      int filled = BAR * done / total;
      draw("[%s%s] %s".formatted("#".repeat(filled), ".".repeat(BAR - filled), text));
    } else {
      console.note(text);
    }
  }

  private void draw(String text) {
    if (!console.isQuiet()) {
      console.err().print(CLEAR + text);
      console.err().flush();
      drawn = true;
    }
  }

  /** Removes the drawn line, so that something else can be printed. */
  public void clear() {
    if (drawn) {
      console.err().print(CLEAR);
      console.err().flush();
      drawn = false;
    }
  }

  @Override
  public void close() {
    clear();
  }
}
