package io.nextscale.cli;

import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale reconstruct}: images to tokens and back. */
@Command(
    description = {
      "Turns images into token maps and back, and says how much was lost.",
      "Of the model only the tokenizer is needed. PSNR compares with the image, averaged",
      "down to the size of what was rebuilt."
    },
    footer = {
      "",
      "Example:  nextscale reconstruct --image a.png --out again.png",
      "At each scale:  nextscale reconstruct --image a.png --all-scales steps --sheet sheet.png"
    })
final class ReconstructCommand implements Runnable {
  private final Io io;

  @Mixin private TokenSource source = new TokenSource();

  @Option(
      names = "--scales-used",
      paramLabel = "N",
      description = "Decode the first N scales only (default: all).")
  private @Nullable Integer scalesUsed;

  @Option(
      names = "--all-scales",
      paramLabel = "FOLDER",
      description =
          "Also decode the first 1, 2, ... scales: scale_00.png, scale_01.png, ... A FlexVAR model"
              + " makes small images of small scales. With --scales: beside --out by default.")
  private @Nullable Path allScales;

  @Option(
      names = "--sheet",
      paramLabel = "FILE.png",
      description = "The images of all scales on one sheet.")
  private @Nullable Path sheet;

  @Option(
      names = "--out",
      paramLabel = "FILE.png|FOLDER|%d.png",
      description = "The images (default: out.png; several: the folder out).")
  private @Nullable Path out;

  @Option(
      names = "--trace",
      paramLabel = "FILE.safetensors",
      description =
          "tokens, encoded (of images) and decoded, the decoder's raw output; with the images"
              + " of all scales also decoded_0, decoded_1, ...")
  private @Nullable Path trace;

  @Option(names = "--quiet", description = "No progress on stderr.")
  private boolean quiet;

  @Mixin private ModelOptions model = new ModelOptions();

  ReconstructCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    source.check();
    try (OpenTokenizer opened = model.openTokenizer();
        Progress progress = new Progress(io, quiet)) {
      TokenizerSpec spec = opened.spec();
      TokenSource.Given given = source.read(spec);
      int used = used(given.scales());
      OutputNames names = OutputNames.of("--out", out, ".png", given.count());
      Path folder = allScales == null && source.hasScales() ? names.beside("scales") : allScales;
      OutputFiles.requireNewFolder("--all-scales", folder);
      OutputFiles.requireFile("--sheet", sheet, ".png");
      OutputFiles.requireFile("--trace", trace, ".safetensors");
      ScaleImages steps =
          folder == null && sheet == null
              ? null
              : new ScaleImages(given.scales(), given.input(), given.count(), folder);
      if (steps != null && sheet != null) {
        steps.requireRoom(spec.imageSize(given.scales()));
      }
      progress.status("loading " + spec.name());
      try (ImageTokenizer tokenizer = model.load(opened)) {
        Tokenization tokens = given.tokenization(tokenizer::tokenize, progress);
        List<PixelArray> decoded = new ArrayList<>();
        for (int b = 0; b < given.count(); b++) {
          TokenMaps one = tokens.tokens().slice(b, b + 1);
          PixelArray image = decode(tokenizer, one, used, steps, progress);
          decoded.add(image);
          progress.step(b + 1, given.count(), "decoded " + (b + 1) + "/" + given.count());
          progress.clear();
          write(names.file(b), image, given.input(), b);
        }
        finish(tokens, decoded, steps, spec);
      }
    }
  }

  private int used(Scales scales) {
    int used = scalesUsed == null ? scales.count() : scalesUsed;
    if (used < 1 || used > scales.count()) {
      throw new CommandException(
          "--scales-used " + used + ": there are " + scales.count() + ", " + scales);
    }
    return used;
  }

  /** The image of the scales that are used; all steps to it if they are wanted. */
  private PixelArray decode(
      ImageTokenizer tokenizer,
      TokenMaps one,
      int used,
      @Nullable ScaleImages steps,
      Progress progress) {
    if (steps == null) {
      return tokenizer.decode(one, used).getFirst();
    }
    int count = one.scales().count();
    List<PixelArray> all = new ArrayList<>();
    for (int k = 1; k <= count; k++) {
      all.add(tokenizer.decode(one, k).getFirst());
      progress.status("decoded scale " + k + "/" + count);
    }
    progress.clear();
    steps.add(all, io.out());
    return all.get(used - 1);
  }

  private void write(Path file, PixelArray image, ImageInput input, int index) {
    PngFile.write(file, image.toImage(), Map.of("Software", "Nextscale"));
    io.out()
        .println(
            input.count() == 0
                ? file.toString()
                : file + "  " + PixelErrors.text(input.images().get(index), image));
  }

  private void finish(
      Tokenization tokens,
      List<PixelArray> decoded,
      @Nullable ScaleImages steps,
      TokenizerSpec spec) {
    if (sheet != null && steps != null) {
      steps.writeSheet(sheet);
      io.out().println(sheet);
    }
    if (trace != null) {
      Tensors tensors = tokens.addTo(new Tensors()).images("decoded", decoded);
      if (steps != null) {
        steps.addTo(tensors);
      }
      tensors.write(
          trace, Map.of("model", spec.name(), "scales", tokens.tokens().scales().toString()));
      io.out().println(trace);
    }
  }
}
