package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.PthWriter;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale convert}: weight files of one format to the other. */
@Command(
    description = "Converts weights between .pth and .safetensors.",
    footer = {"", "Example:  nextscale convert var_d16.pth transformer.safetensors --dtype bf16"})
final class ConvertCommand implements Runnable {
  private final Io io;

  @Parameters(index = "0", paramLabel = "IN", description = "A .pth or .safetensors file.")
  private Path in = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The new file; its name ends in .pth or .safetensors.")
  private Path out = Path.of("");

  @Option(
      names = "--dtype",
      paramLabel = "f32|f16|bf16",
      description = "Convert floating-point tensors to this type (default: as they are).")
  private @Nullable DType dtype;

  @Option(names = "--force", description = "Replace OUT if it exists.")
  private boolean force;

  ConvertCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    boolean safetensors = OutputFiles.hasSuffix(out, ".safetensors");
    if (!safetensors && !OutputFiles.hasSuffix(out, ".pth")) {
      throw CommandException.usage(
          "OUT " + out + ": a name ending in .pth or .safetensors is expected");
    }
    if (Files.exists(out) && !force) {
      throw new CommandException(out + ": exists already; --force replaces it");
    }
    OutputFiles.requireFile("OUT", out);
    try (Checkpoint checkpoint = Checkpoint.open(in);
        Arena arena = Arena.ofShared()) {
      DType wanted = dtype;
      List<StoredTensor> tensors =
          checkpoint.tensors().values().stream()
              .map(t -> wanted == null ? t : FloatConversion.convert(t, wanted, arena))
              .toList();
      if (safetensors) {
        SafetensorsWriter.write(out, tensors, checkpoint.metadata());
      } else {
        PthWriter.write(out, tensors);
      }
    }
    io.out().println(out);
  }
}
