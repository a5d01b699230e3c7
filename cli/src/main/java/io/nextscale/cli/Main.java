package io.nextscale.cli;

import io.nextscale.cli.output.Console;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Entry point of the {@code nextscale} command. */
public final class Main {
  /** System property, set by the launcher: whether stderr is a terminal. */
  private static final String TERMINAL_PROPERTY = "nextscale.terminal";

  private static final long INTERRUPT_WAIT_MILLIS = 10_000;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    long start = System.nanoTime();
    System.setProperty("java.awt.headless", "true");
    CountDownLatch done = interruptOnShutdown(Thread.currentThread());
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    int code = run(args, new Console(out, err, isTerminal(), start));
    done.countDown();
    System.exit(code);
  }

  /**
   * Runs a command within this process.
   *
   * @return the exit code: 0 success, 1 an error, 2 wrong usage
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return run(args, new Console(out, err, false, System.nanoTime()));
  }

  private static int run(String[] args, Console console) {
    CommandTree commands = new CommandTree(console, args);
    int code;
    try {
      code = commands.execute(args);
    } catch (Error e) { // picocli handles exceptions only
      code = commands.report(e, Arrays.asList(args).contains("--debug"));
    }
    if (console.out().checkError()) { // flushes
      console.fail("standard output cannot be written: it is closed, or its device is full");
      code = code == 0 ? 1 : code;
    }
    console.err().flush();
    return code;
  }

  /**
   * On Ctrl-C interrupts the working thread and gives it a moment to end without leaving a file
   * half-written.
   */
  private static CountDownLatch interruptOnShutdown(Thread worker) {
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
