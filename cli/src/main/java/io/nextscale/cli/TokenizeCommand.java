package io.nextscale.cli;

import io.nextscale.var.ImageGenerator;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale tokenize}: pictures to token maps. */
@Command(
    description = "Turns pictures into token maps.",
    footer = {"", "Example:  nextscale tokenize --image a.png,b.png --out tokens.safetensors"})
final class TokenizeCommand implements Runnable {
  private final Io io;

  @Option(
      names = "--image",
      required = true,
      paramLabel = "FILE,...",
      description = "PNG or JPEG files of the model's size, or one .safetensors with image.")
  private List<String> images = new ArrayList<>();

  @Option(
      names = {"--out", "--trace"},
      paramLabel = "FILE.safetensors",
      description = "tokens, int64 (B, L), and encoded, float32 (B, Cvae, h, w).")
  private @Nullable Path out;

  @Option(names = "--quiet", description = "No progress on stderr.")
  private boolean quiet;

  @Mixin private ModelOptions model = new ModelOptions();

  TokenizeCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    Path file = out;
    if (file == null) {
      throw CommandException.usage("--out FILE.safetensors is missing");
    }
    OutputFiles.requireFile("--out", file, ".safetensors");
    try (OpenModel opened = model.open();
        Progress progress = new Progress(io, quiet)) {
      ModelSpec spec = opened.spec();
      PictureInput input = PictureInput.read(images);
      input.requireSize(spec);
      progress.status("loading " + spec.name());
      try (ImageGenerator generator = model.load(opened)) {
        Tokenization result = Tokenization.of(generator, input.pictures(), progress);
        result
            .addTo(new Tensors(), spec)
            .write(file, Map.of("model", spec.name(), "scales", spec.scales().toString()));
        io.out().println(file);
      }
    }
  }
}
