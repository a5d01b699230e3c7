package io.nextscale.cli.command;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.OutputPath;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.PthWriter;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.checkpoint.WeightChoice;
import io.nextscale.var.file.SpecialFile;
import io.nextscale.var.model.ModelFolder;
import io.nextscale.var.model.OfficialLayout;
import io.nextscale.var.scale.Scales;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale convert}: converts weight files between formats and element types. */
@Command(
    description = "Converts weights between .pth and .safetensors, and between element types.",
    footer = {
      "",
      "Example:  nextscale convert var_d16.pth transformer.safetensors --dtype bf16",
      "For PyTorch:",
      "  nextscale convert model/transformer.safetensors var.pth --official"
    })
public final class ConvertCommand implements Runnable {
  private static final long LARGEST_EXPANDED = 1L << 28;

  private final Console console;

  @Parameters(index = "0", paramLabel = "IN", description = "A .pth or .safetensors file.")
  private Path in = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "File to write, a name ending in .pth or .safetensors.")
  private Path out = Path.of("");

  @Option(
      names = "--dtype",
      paramLabel = "f32|f16|bf16",
      description = "Convert floating-point tensors to this type (default: keep theirs).")
  private @Nullable DType dtype;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description =
          "Key of the weights in a .pth file that holds several: ema, trainer.vae_local, ...; flat"
              + " for the outermost (default: the first usual key).")
  private @Nullable String key;

  @Option(
      names = "--official",
      description =
          "Add the buffers that the PyTorch code of VAR or FlexVAR stores beside the weights, so"
              + " that its load_state_dict(strict=True) accepts OUT. In a .pth of a FlexVAR"
              + " tokenizer everything is under the key model.")
  private boolean official;

  @Option(
      names = "--scales",
      paramLabel = "1,2,3,...",
      description =
          "With --official: the model's scales, sides of squares (default: from the config.json"
              + " beside IN, else from the shapes in IN, else the official ones).")
  private @Nullable Scales scales;

  @Option(names = "--force", description = "Replace OUT if it exists.")
  private boolean force;

  /** A command that prints to a console. */
  public ConvertCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    OutputPath output = new OutputPath("OUT", out);
    output.requireSuffix(".pth", ".safetensors");
    if (scales != null && !official) {
      throw CommandException.usage("--scales %s needs --official".formatted(scales));
    }
    if (Files.exists(out) && !SpecialFile.isAt(out) && !force) {
      throw new CommandException(out + " exists already; --force replaces it");
    }
    output.requireFile();
    try (Checkpoint checkpoint = Checkpoint.open(in, WeightChoice.FIRST.orAt(key));
        TensorScope scope = TensorScope.open()) {
      OfficialLayout layout =
          official
              ? OfficialLayout.of(checkpoint, scales == null ? describedScales() : scales)
              : new OfficialLayout(List.copyOf(checkpoint.tensors().values()), List.of(), "");
      layout.tensors().forEach(this::requireOwnElements);
      DType type = dtype;
      List<StoredTensor> tensors =
          layout.tensors().stream().map(t -> type == null ? t : convert(t, type)).toList();
      if (output.hasSuffix(".safetensors")) {
        SafetensorsWriter.write(out, tensors, checkpoint.metadata());
      } else {
        PthWriter.write(out, tensors, layout.pthKey());
      }
    }
    console.print(out);
  }

  /** Refuses a small file whose tensors would become large ones. */
  private void requireOwnElements(StoredTensor tensor) {
    if (tensor.isOverlapping() && tensor.byteSize() > LARGEST_EXPANDED) {
      throw new CommandException(
          "%s: %s has elements that share memory; %s bytes would be written for them, expected at most %s"
              .formatted(in, tensor.name(), tensor.byteSize(), LARGEST_EXPANDED));
    }
  }

  /** Converts a tensor of floating-point elements into the open scope; others stay as they are. */
  private static StoredTensor convert(StoredTensor stored, DType type) {
    if (stored.dtype() == type || !stored.dtype().isFloatingPoint()) {
      return stored;
    }
    try (TensorScope inner = TensorScope.open()) {
      // the elements in the order of memory, so that the strides stay valid
      long count = stored.data().byteSize() / stored.dtype().byteSize();
      Tensor elements = Tensor.empty(stored.dtype(), Device.CPU, count);
      elements.segment().copyFrom(stored.data());
      Tensor converted = elements.to(type);
      inner.keep(converted);
      return new StoredTensor(
          stored.name(), type, stored.shape(), stored.strides(), converted.segment());
    }
  }

  /** The scales of the model folder that IN lies in; null if it names none. */
  private @Nullable Scales describedScales() {
    Path folder = in.toAbsolutePath().getParent();
    return folder == null ? null : new ModelFolder(folder).describedScales();
  }
}
