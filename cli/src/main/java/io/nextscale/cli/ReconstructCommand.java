package io.nextscale.cli;

import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.scale.TokenMaps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale reconstruct}: pictures to tokens and back. */
@Command(
    description = "Turns pictures into token maps and back, and says how much was lost.",
    footer = {"", "Example:  nextscale reconstruct --image a.png --out again.png"})
final class ReconstructCommand implements Runnable {
  private final Io io;

  @Option(
      names = "--image",
      paramLabel = "FILE,...",
      description = "PNG or JPEG files of the model's size, or one .safetensors with image.")
  private List<String> images = new ArrayList<>();

  @Option(
      names = "--tokens",
      paramLabel = "FILE.safetensors",
      description = "Token maps instead of pictures, as tokenize writes them.")
  private @Nullable Path tokens;

  @Option(
      names = "--scales-used",
      paramLabel = "N",
      description = "Decode the first N scales only (default: all).")
  private @Nullable Integer scalesUsed;

  @Option(
      names = "--all-scales",
      paramLabel = "FOLDER",
      description = "Also decode the first 1, 2, ... scales: scale_00.png, scale_01.png, ...")
  private @Nullable Path allScales;

  @Option(
      names = "--out",
      paramLabel = "FILE.png|FOLDER|%%d.png",
      description = "The pictures (default: out.png; several: the folder out).")
  private @Nullable Path out;

  @Option(
      names = "--trace",
      paramLabel = "FILE.safetensors",
      description = "tokens, encoded (of pictures) and decoded, the decoder's raw output.")
  private @Nullable Path trace;

  @Option(names = "--quiet", description = "No progress on stderr.")
  private boolean quiet;

  @Mixin private ModelOptions model = new ModelOptions();

  ReconstructCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    if (images.isEmpty() == (tokens == null)) {
      throw CommandException.usage(
          tokens == null
              ? "--image or --tokens is missing"
              : "--image and --tokens exclude each other");
    }
    try (OpenModel opened = model.open();
        Progress progress = new Progress(io, quiet)) {
      ModelSpec spec = opened.spec();
      int used = scalesUsed == null ? spec.scales().count() : scalesUsed;
      if (used < 1 || used > spec.scales().count()) {
        throw new CommandException(
            "--scales-used " + used + ": " + spec.name() + " has 1 to " + spec.scales().count());
      }
      PictureInput input = PictureInput.read(images);
      input.requireSize(spec);
      TokenMaps given = tokens == null ? null : TokenInput.read(tokens, spec).tokens();
      int pictures = given == null ? input.count() : given.batch();
      OutputNames names = OutputNames.of("--out", out, ".png", pictures);
      OutputFiles.requireFile("--trace", trace, ".safetensors");
      OutputFiles.requireNewFolder("--all-scales", allScales);
      progress.status("loading " + spec.name());
      try (ImageGenerator generator = model.load(opened)) {
        Tensors tensors = new Tensors();
        TokenMaps maps = given;
        if (maps == null) {
          Tokenization result = Tokenization.of(generator, input.pictures(), progress);
          result.addTo(tensors, spec);
          maps = result.tokens();
        } else {
          tensors.tokens(maps);
        }
        tensors.pictures("decoded", decode(generator, maps, used, names, input, progress));
        if (trace != null) {
          tensors.write(trace, Map.of("model", spec.name(), "scales", spec.scales().toString()));
          io.out().println(trace);
        }
      }
    }
  }

  private List<PixelArray> decode(
      ImageGenerator generator,
      TokenMaps maps,
      int used,
      OutputNames names,
      PictureInput input,
      Progress progress) {
    List<PixelArray> decoded = new ArrayList<>();
    for (int b = 0; b < maps.batch(); b++) {
      TokenMaps one = maps.slice(b, b + 1);
      PixelArray picture = generator.decode(one, used).getFirst();
      decoded.add(picture);
      progress.step(b + 1, maps.batch(), "decoded " + (b + 1) + "/" + maps.batch());
      for (int k = 1; allScales != null && k <= maps.scales().count(); k++) {
        PixelArray partial = generator.decode(one, k).getFirst();
        Previews.write(allScales, b, maps.batch(), k - 1, List.of(partial.toImage()));
      }
      progress.clear();
      Path file = names.file(b);
      PngFile.write(file, picture.toImage(), Map.of("Software", "Nextscale"));
      io.out()
          .println(input.count() == 0 ? file.toString() : file + "  " + psnr(input, b, picture));
    }
    return decoded;
  }

  private static String psnr(PictureInput input, int index, PixelArray picture) {
    double value = PixelErrors.psnr(input.pictures().get(index), picture);
    return String.format(Locale.ROOT, "PSNR %.2f dB", value);
  }
}
