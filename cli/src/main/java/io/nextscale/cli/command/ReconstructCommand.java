package io.nextscale.cli.command;

import io.nextscale.cli.option.ImageInput;
import io.nextscale.cli.option.ModelOptions;
import io.nextscale.cli.option.TokenOptions;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.OutputNames;
import io.nextscale.cli.output.OutputPath;
import io.nextscale.cli.output.Progress;
import io.nextscale.cli.output.Psnr;
import io.nextscale.cli.output.ScaleImages;
import io.nextscale.cli.output.TensorFile;
import io.nextscale.cli.output.Tokenization;
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

/** {@code nextscale reconstruct}: turns images into token maps and back. */
@Command(
    description = {
      "Turns images into token maps and back, and prints how much was lost.",
      "Needs only the tokenizer of a model. PSNR compares the rebuilt image with the original,"
          + " averaged down to its size."
    },
    footer = {
      "",
      "Example:  nextscale reconstruct --image a.png --out again.png",
      "Scales:   nextscale reconstruct --image a.png --all-scales steps --sheet all.png"
    })
public final class ReconstructCommand implements Runnable {
  private final Console console;

  @Mixin private TokenOptions source = new TokenOptions();

  @Option(
      names = "--scales-used",
      paramLabel = "N",
      description = "Decode only the first N scales (default: all).")
  private @Nullable Integer scalesUsed;

  @Option(
      names = "--all-scales",
      paramLabel = "FOLDER",
      description =
          "Also decode the first 1, 2, ... scales: scale_00.png, scale_01.png, ... (FlexVAR: in the"
              + " size of the scale; default with --scales: a folder beside --out).")
  private @Nullable Path allScales;

  @Option(
      names = "--sheet",
      paramLabel = "FILE.png",
      description = "Write the images of all scales on one sheet.")
  private @Nullable Path sheet;

  @Option(
      names = "--out",
      paramLabel = "FILE.png|FOLDER|%d.png",
      description =
          "File of the image; for several images a folder, or a name with %%d for the number"
              + " (default: out.png; for several images the folder out; with --sheet none).")
  private @Nullable Path out;

  @Option(
      names = "--trace",
      paramLabel = "FILE.safetensors",
      description =
          "Write tokens, encoded (of images) and decoded, the decoder's raw output; with"
              + " --all-scales or --sheet also decoded_0, decoded_1, ...")
  private @Nullable Path trace;

  @Mixin private ModelOptions model = ModelOptions.withoutGeneration();

  /** A command that prints to a console. */
  public ReconstructCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    source.check();
    check();
    try (OpenTokenizer opened = model.openTokenizer();
        Progress progress = new Progress(console)) {
      TokenizerSpec spec = opened.spec();
      TokenOptions.Given given = source.read(spec);
      given.input().warnings().forEach(console::warn);
      int used = used(given.scales());
      OutputNames names =
          out == null && sheet != null ? null : OutputNames.of("--out", out, ".png", given.count());
      Path folder =
          allScales == null && names != null && names.hasPlaceBeside() && source.hasScales()
              ? names.beside("scales")
              : allScales;
      new OutputPath("--all-scales", folder).requireFolder();
      requireDistinct(names == null ? null : names.given());
      ScaleImages steps =
          folder == null && sheet == null
              ? null
              : new ScaleImages(given.scales(), given.input().images(), given.count(), folder);
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
          progress.step(
              b + 1, given.count(), "decoded image %s/%s".formatted(b + 1, given.count()));
          progress.clear();
          if (names != null) {
            write(names.file(b), image, given.input(), b);
          }
        }
        finish(tokens, decoded, steps, spec);
      }
    }
  }

  /** Checks what needs neither the model nor the images. */
  private void check() {
    if (scalesUsed != null && scalesUsed < 1) {
      throw CommandException.usage("--scales-used %s: expected at least 1".formatted(scalesUsed));
    }
    OutputNames.check("--out", out, ".png");
    new OutputPath("--all-scales", allScales).requireFolder();
    new OutputPath("--sheet", sheet).requireFile(".png");
    new OutputPath("--trace", trace).requireFile(".safetensors");
    requireDistinct(out);
  }

  private void requireDistinct(@Nullable Path images) {
    OutputPath.requireDistinct(
        new OutputPath("--out", images),
        new OutputPath("--sheet", sheet),
        new OutputPath("--trace", trace));
  }

  private int used(Scales scales) {
    int used = scalesUsed == null ? scales.count() : scalesUsed;
    if (used > scales.count()) {
      throw new CommandException(
          "--scales-used %s: expected 1 to %s, the scales are %s"
              .formatted(used, scales.count(), scales));
    }
    return used;
  }

  /** Decodes the scales that are used; adds the images of all scales to {@code steps}. */
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
      progress.status("decoded scale %s/%s".formatted(k, count));
    }
    progress.clear();
    steps.add(all, console);
    return all.get(used - 1);
  }

  private void write(Path file, PixelArray image, ImageInput input, int index) {
    PngFile.write(file, image.toImage(), Map.of("Software", "Nextscale"));
    console.print(
        input.count() == 0
            ? file.toString()
            : file + "  " + Psnr.of(input.images().get(index), image));
  }

  private void finish(
      Tokenization tokens,
      List<PixelArray> decoded,
      @Nullable ScaleImages steps,
      TokenizerSpec spec) {
    if (sheet != null && steps != null) {
      steps.writeSheet(sheet);
      console.print(sheet);
    }
    if (trace != null) {
      TensorFile tensors = tokens.addTo(new TensorFile()).addImages("decoded", decoded);
      if (steps != null) {
        steps.addTo(tensors);
      }
      tensors.write(
          trace, Map.of("model", spec.name(), "scales", tokens.tokens().scales().toString()));
      console.print(trace);
    }
  }
}
