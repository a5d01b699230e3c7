package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.libtorch.ThreadDefault;
import io.nextscale.torch.cpu.CpuThreads;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The number of CPU threads. */
public final class ThreadOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Number of CPU threads (default: OMP_NUM_THREADS, or the cores that Java may use; see"
              + " nextscale doctor).")
  private @Nullable Integer threads;

  /**
   * Checks the number.
   *
   * @throws CommandException if it is out of range
   */
  public void check() {
    int most = ThreadDefault.most();
    if (threads != null && (threads < 1 || threads > most)) {
      throw CommandException.usage(
          "--threads %s: expected 1 to %s on this machine".formatted(threads, most));
    }
  }

  /** Sets the number, if it was given. */
  public void apply() {
    if (threads != null) {
      CpuThreads.setCount(threads);
    }
  }
}
