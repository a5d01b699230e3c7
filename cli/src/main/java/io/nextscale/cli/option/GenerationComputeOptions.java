package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.torch.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Device, element type and threads of a generation, and which scales are computed in float32. */
final class GenerationComputeOptions extends ComputeOptions {
  @Option(
      names = "--float32-scales",
      paramLabel = "N",
      description = {
        "With bf16: compute the first N scales in float32. The image is then nearly that of f32;"
            + " the transformer's weights are held in float32 as well.",
        "Default: the scales of at most 16 tokens if those weights take at most 64 MiB,"
            + " otherwise 0."
      })
  private @Nullable Integer float32Scales;

  @Override
  void check() {
    super.check();
    if (float32Scales != null && float32Scales < 0) {
      throw CommandException.usage(
          "--float32-scales %s: expected at least 0".formatted(float32Scales));
    }
    if (float32Scales != null && dtype() == DType.FLOAT32) {
      throw CommandException.usage(
          "--float32-scales %s needs --dtype bf16: in f32 all scales are float32"
              .formatted(float32Scales));
    }
  }

  @Override
  @Nullable Integer float32Scales() {
    return float32Scales;
  }

  @Override
  List<String> arguments() {
    List<String> arguments = new ArrayList<>(super.arguments());
    if (float32Scales != null) {
      arguments.addAll(List.of("--float32-scales", float32Scales.toString()));
    }
    return arguments;
  }
}
