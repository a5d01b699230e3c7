package io.nextscale.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Entry point of the {@code nextscale} command. */
public final class Main {
  /** Set by the launcher: whether stderr is a terminal. */
  static final String TERMINAL_PROPERTY = "nextscale.terminal";

  private static final long INTERRUPT_WAIT_MILLIS = 10_000;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    long start = System.nanoTime();
    System.setProperty("java.awt.headless", "true");
    CountDownLatch done = endOnInterrupt(Thread.currentThread());
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    int code = run(args, new Io(out, err, isTerminal(), start));
    out.flush();
    err.flush();
    done.countDown();
    System.exit(code);
  }

  /**
   * Runs a command within this process.
   *
   * @return the exit code: 0 success, 1 an error, 2 wrong usage
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    int code = run(args, new Io(out, err, false, System.nanoTime()));
    out.flush();
    err.flush();
    return code;
  }

  private static int run(String[] args, Io io) {
    try {
      return CommandTree.commandLine(io).execute(args);
    } catch (Error e) { // picocli handles exceptions only
      return CommandTree.report(e, io, java.util.Arrays.asList(args).contains("--debug"));
    }
  }

  /**
   * On Ctrl-C the working thread is interrupted and gets a moment to leave nothing half-written.
   */
  private static CountDownLatch endOnInterrupt(Thread worker) {
    CountDownLatch done = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              if (done.getCount() > 0) {
                worker.interrupt();
                try {
                  done.await(INTERRUPT_WAIT_MILLIS, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                  return;
                }
              }
            },
            "nextscale-interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    return done;
  }

  private static boolean isTerminal() {
    String known = System.getProperty(TERMINAL_PROPERTY);
    boolean terminal =
        known != null
            ? Boolean.parseBoolean(known)
            : System.console() != null && System.console().isTerminal();
    return terminal && !"dumb".equals(System.getenv("TERM"));
  }
}
