package io.nextscale.cli.command;

import io.nextscale.cli.option.ModelOptions;
import io.nextscale.cli.output.CheckpointListing;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.FileName;
import io.nextscale.cli.output.Reproduction;
import io.nextscale.cli.output.SpecListing;
import io.nextscale.models.DemoModel;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.WeightChoice;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.model.ModelFolder;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OfficialModels;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale inspect}: shows the contents of a weight file, a model or an image. */
@Command(
    description = {
      "Shows what is in a weight file, a model or a generated image.",
      "Of a weight file it lists the tensors, of a model the configuration, of an image the"
          + " parameters and the command that makes it again."
    },
    footer = {"", "Example:  nextscale inspect out.png"})
public final class InspectCommand implements Runnable {
  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE|FOLDER|demo:NAME|preset:NAME",
      description = "File, folder or model to show (default: the embedded demo model).")
  private @Nullable String subject;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description =
          "Key of the weights in a .pth file that holds several: ema, trainer.vae_local, ...; flat"
              + " for the outermost (default: the first usual key).")
  private @Nullable String key;

  /** A command that prints to a console. */
  public InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    String name = subject;
    if (name == null) {
      model(DemoModel.source());
    } else if (name.startsWith(ModelOptions.DEMO)) {
      model(DemoModel.source(name.substring(ModelOptions.DEMO.length())));
    } else if (name.startsWith(ModelOptions.PRESET)) {
      spec(OfficialModels.preset(name.substring(ModelOptions.PRESET.length())));
    } else {
      file(FileName.of(name));
    }
  }

  private void file(Path path) {
    if (!Files.exists(path)) {
      throw new CommandException(path + ": no such file or folder");
    } else if (Files.isDirectory(path)) {
      folder(path);
    } else if (PngFile.isPng(path)) {
      image(path);
    } else {
      try (Checkpoint checkpoint = Checkpoint.open(path, WeightChoice.FIRST.orAt(key))) {
        new CheckpointListing(checkpoint).print(console);
      }
    }
  }

  private void folder(Path folder) {
    if (new ModelFolder(folder).hasTransformer()) {
      model(ModelSource.folder(folder));
      return;
    }
    try (OpenTokenizer tokenizer = TokenizerSource.folder(folder).open()) {
      new SpecListing(console).print(tokenizer.spec());
      files(tokenizer.files());
    }
  }

  private void files(List<Checkpoint> files) {
    for (Checkpoint file : files) {
      console.printRow("file", new CheckpointListing(file).summary());
    }
  }

  private void model(ModelSource source) {
    try (OpenModel model = source.open()) {
      spec(model.spec());
      files(model.files());
    }
  }

  private void spec(ModelSpec spec) {
    new SpecListing(console).print(spec);
  }

  private void image(Path file) {
    Map<String, String> text = PngFile.readText(file);
    if (text.isEmpty()) {
      console.print(file + ": a PNG file without parameters");
      return;
    }
    text.forEach(
        (key, value) -> {
          if (!key.equals(Reproduction.KEYWORD)) {
            console.printRow(key, value);
          }
        });
    String command = Reproduction.find(text);
    if (command != null) {
      console.print("");
      console.print("Made again by:");
      console.print("  " + Console.oneLine(command));
    }
  }
}
