package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.PthWriter;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.model.ConfigFile;
import io.nextscale.var.model.OfficialLayout;
import io.nextscale.var.scale.Scales;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    footer = {
      "",
      "Example:  nextscale convert var_d16.pth transformer.safetensors --dtype bf16",
      "For PyTorch:  nextscale convert model/transformer.safetensors var.pth --official"
    })
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

  @Option(
      names = "--official",
      description =
          "Add what the PyTorch code of VAR or FlexVAR stores beside the weights, so that its"
              + " load_state_dict(strict=True) takes OUT. A .pth of a FlexVAR tokenizer has it"
              + " all under the key model.")
  private boolean official;

  @Option(
      names = "--scales",
      paramLabel = "1,2,3,...",
      description =
          "With --official: the model's scales, sides of squares (default: those of the config.json"
              + " beside IN, else those that IN tells, else the official ones).")
  private @Nullable Scales scales;

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
    if (scales != null && !official) {
      throw CommandException.usage("--scales " + scales + ": it needs --official");
    }
    if (Files.exists(out) && !force) {
      throw new CommandException(out + ": exists already; --force replaces it");
    }
    OutputFiles.requireFile("OUT", out);
    try (Checkpoint checkpoint = Checkpoint.open(in);
        Arena arena = Arena.ofShared()) {
      OfficialLayout layout =
          official
              ? OfficialLayout.of(checkpoint, scales == null ? describedScales() : scales)
              : new OfficialLayout(List.copyOf(checkpoint.tensors().values()), List.of(), "");
      DType wanted = dtype;
      List<StoredTensor> tensors =
          layout.tensors().stream()
              .map(t -> wanted == null ? t : FloatConversion.convert(t, wanted, arena))
              .toList();
      if (safetensors) {
        SafetensorsWriter.write(out, tensors, checkpoint.metadata());
      } else {
        PthWriter.write(out, tensors, layout.pthKey());
      }
    }
    io.out().println(out);
  }

  /** Those of the model folder that IN lies in; null if it is none. */
  private @Nullable Scales describedScales() {
    Path config = in.resolveSibling("config.json");
    if (!Files.isRegularFile(config)) {
      return null;
    }
    try {
      return ConfigFile.parseScales(config.toString(), Files.readAllBytes(config));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
