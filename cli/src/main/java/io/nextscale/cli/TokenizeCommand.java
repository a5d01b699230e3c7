package io.nextscale.cli;

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

/** {@code nextscale tokenize}: images to token maps. */
@Command(
    description = "Turns images into token maps. Of the model only the tokenizer is needed.",
    footer = {"", "Example:  nextscale tokenize --image a.png,b.png --out tokens.safetensors"})
final class TokenizeCommand implements Runnable {
  private final Io io;

  @Mixin private ImageOptions images = new ImageOptions();

  @Option(
      names = {"--out", "--trace"},
      paramLabel = "FILE.safetensors",
      description = "tokens, int64 (B, L), and encoded, float32 (B, Cvae, h, w).")
  private @Nullable Path out;

  @Option(names = "--quiet", description = "No progress on stderr.")
  private boolean quiet;

  @Mixin private ScaleOptions scales = new ScaleOptions();
  @Mixin private ModelOptions model = new ModelOptions();

  TokenizeCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    images.require();
    Path file = out;
    if (file == null) {
      throw CommandException.usage("--out FILE.safetensors is missing");
    }
    OutputFiles.requireFile("--out", file, ".safetensors");
    try (OpenTokenizer opened = model.openTokenizer();
        Progress progress = new Progress(io, quiet)) {
      TokenizerSpec spec = opened.spec();
      ImageInput input = images.read();
      Scales chosen = input.scales(spec, scales.selection());
      progress.status("loading " + spec.name());
      try (ImageTokenizer tokenizer = model.load(opened)) {
        Tokenization.of(tokenizer::tokenize, input.images(), chosen, progress)
            .addTo(new Tensors())
            .write(file, Map.of("model", spec.name(), "scales", chosen.toString()));
        io.out().println(file);
      }
    }
  }
}
