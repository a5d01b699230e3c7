package io.nextscale.cli.option;

import io.nextscale.torch.DType;
import io.nextscale.torch.cpu.OneDnn;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of training runs, which can be stopped and resumed. */
public final class RunOptions {
  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of weights, order of the images and augmentation (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16",
      description =
          "Element type of the computation; weights are float32 (default: bf16 where the processor"
              + " has instructions for it, else f32).")
  private @Nullable DType dtype;

  @Mixin private ThreadOptions threads = new ThreadOptions();

  @Option(
      names = "--resume",
      description = "Continue the run in --out with the options it began with; others are ignored.")
  private boolean resume;

  /**
   * Checks the options.
   *
   * @throws io.nextscale.cli.output.CommandException if one is out of range
   */
  public void check() {
    threads.check();
    if (dtype != null) {
      ComputeOptions.requireCompute(dtype);
    }
  }

  /** Sets the number of threads, if it was given. */
  public void applyThreads() {
    threads.apply();
  }

  /** Seed of weights, order and augmentation. */
  public long seed() {
    return seed;
  }

  /** Element type of the computation; without the option, the faster one on this processor. */
  public DType dtype() {
    if (dtype != null) {
      return dtype;
    }
    return OneDnn.isAvailable(DType.BFLOAT16) ? DType.BFLOAT16 : DType.FLOAT32;
  }

  /** Whether a run is continued. */
  public boolean resume() {
    return resume;
  }
}
