package io.nextscale.cli;

import io.nextscale.models.DemoModel;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OfficialModels;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code nextscale inspect}: what a file or a model holds. */
@Command(
    description = {
      "Shows what a weight file, a model or an image holds.",
      "Tensors; configuration; parameters and the command that makes the image again."
    },
    footer = {"", "Example:  nextscale inspect out.png"})
final class InspectCommand implements Runnable {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

  private final Io io;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE|FOLDER|demo:NAME|preset:NAME",
      description = "What to look at (default: the embedded demo model).")
  private @Nullable String subject;

  InspectCommand(Io io) {
    this.io = io;
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
    } else if (!Files.exists(Path.of(name))) {
      throw new CommandException(name + ": no such file or folder");
    } else if (Files.isDirectory(Path.of(name))) {
      folder(Path.of(name));
    } else if (isPng(Path.of(name))) {
      image(Path.of(name));
    } else {
      try (Checkpoint checkpoint = Checkpoint.open(Path.of(name))) {
        CheckpointListing.print(checkpoint, io.out());
      }
    }
  }

  private void folder(Path folder) {
    if (ModelFolders.hasTransformer(folder)) {
      model(ModelSource.folder(folder));
      return;
    }
    try (OpenTokenizer tokenizer = TokenizerSource.folder(folder).open()) {
      SpecListing.printTokenizer(tokenizer.spec(), io.out());
      files(tokenizer.files());
    }
  }

  private void files(List<Checkpoint> files) {
    for (Checkpoint file : files) {
      io.out().println("file            " + CheckpointListing.summary(file));
    }
  }

  private void model(ModelSource source) {
    try (OpenModel model = source.open()) {
      spec(model.spec());
      files(model.files());
    }
  }

  private void spec(ModelSpec spec) {
    SpecListing.print(spec, io.out());
  }

  private void image(Path file) {
    Map<String, String> text = PngFile.readText(file);
    if (text.isEmpty()) {
      io.out().println(file + ": a PNG file without parameters");
      return;
    }
    text.forEach(
        (key, value) -> {
          if (!key.equals(Reproduction.KEYWORD)) {
            io.out().printf("%-16s%s%n", Errors.oneLine(key), Errors.oneLine(value));
          }
        });
    String command = Reproduction.of(text);
    if (command != null) {
      io.out().println();
      io.out().println("Made again by:");
      io.out().println("  " + Errors.oneLine(command));
    }
  }

  private static boolean isPng(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(PNG.length), PNG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
