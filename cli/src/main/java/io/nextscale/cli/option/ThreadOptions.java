package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.torch.cpu.CpuThreads;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The number of CPU threads. */
public final class ThreadOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of CPU threads (default: chosen by libtorch).")
  private @Nullable Integer threads;

  /**
   * Checks the number.
   *
   * @throws CommandException if it is below 1
   */
  public void check() {
    if (threads != null && threads < 1) {
      throw CommandException.usage("--threads %d: expected at least 1".formatted(threads));
    }
  }

  /** Sets the number, if it was given. */
  public void apply() {
    if (threads != null) {
      CpuThreads.setCount(threads);
    }
  }
}
