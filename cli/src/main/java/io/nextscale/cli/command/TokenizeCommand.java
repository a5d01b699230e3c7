package io.nextscale.cli.command;

import io.nextscale.cli.option.ImageInput;
import io.nextscale.cli.option.ImageOptions;
import io.nextscale.cli.option.ModelOptions;
import io.nextscale.cli.option.ScaleOptions;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.OutputPath;
import io.nextscale.cli.output.Progress;
import io.nextscale.cli.output.TensorFile;
import io.nextscale.cli.output.Tokenization;
import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.scale.Scales;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale tokenize}: turns images into token maps. */
@Command(
    description = "Turns images into token maps. Needs only the tokenizer of a model.",
    footer = {"", "Example:  nextscale tokenize --image a.png,b.png --out tokens.safetensors"})
public final class TokenizeCommand implements Runnable {
  private final Console console;

  @Mixin private ImageOptions images = new ImageOptions();

  @Option(
      names = {"--out", "--trace"},
      paramLabel = "FILE.safetensors",
      description = "File for tokens, int64 (B, L), and encoded, float32 (B, Cvae, h, w).")
  private @Nullable Path out;

  @Mixin private ScaleOptions scales = new ScaleOptions();
  @Mixin private ModelOptions model = ModelOptions.withoutGeneration();

  /** A command that prints to a console. */
  public TokenizeCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    images.require();
    Path file = out;
    if (file == null) {
      throw CommandException.usage("--out FILE.safetensors is missing");
    }
    new OutputPath("--out", file).requireFile(".safetensors");
    scales.selection();
    try (OpenTokenizer opened = model.openTokenizer();
        Progress progress = new Progress(console)) {
      TokenizerSpec spec = opened.spec();
      ImageInput input = images.read(spec);
      input.warnings().forEach(console::warn);
      Scales chosen = input.scales(spec, scales.selection());
      progress.status("loading " + spec.name());
      try (ImageTokenizer tokenizer = model.load(opened)) {
        Tokenization.of(tokenizer::tokenize, input.images(), chosen, progress)
            .addTo(new TensorFile())
            .write(file, Map.of("model", spec.name(), "scales", chosen.toString()));
        console.print(file);
      }
    }
  }
}
