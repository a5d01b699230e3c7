package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.OutputNames;
import io.nextscale.cli.output.OutputPath;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files that a generation writes. */
public final class OutputOptions {
  @Option(
      names = "--out",
      paramLabel = "FILE.png|FOLDER|%d.png",
      description =
          "File of the image; for several images a folder, or a name with %%d for the number"
              + " (default: out.png; for several images the folder out).")
  private @Nullable Path out;

  @Option(
      names = "--trace",
      paramLabel = "FILE.safetensors",
      description =
          "Write tokens, logits, latent and decoder output of the run; for edits also which tokens"
              + " of the given image were kept, and the tokens that were used.")
  private @Nullable Path trace;

  @Option(
      names = "--preview",
      paramLabel = "FOLDER",
      description =
          "Write the image after each scale: scale_00.png, scale_01.png, ... (FlexVAR: in the size"
              + " of the scale).")
  private @Nullable Path preview;

  @Option(
      names = "--gif",
      paramLabel = "FILE.gif",
      description =
          "Write the images after each scale as an animation, in the final size; for several images"
              + " a folder, or a name with %%d for the number.")
  private @Nullable Path gif;

  @Option(
      names = "--sheet",
      paramLabel = "FILE.png",
      description = "Write all images on one sheet, with their classes.")
  private @Nullable Path sheet;

  @Option(
      names = "--timings",
      paramLabel = "FILE.json",
      description = "Write the seconds of each phase: load, transformer (by scale), decode, total.")
  private @Nullable Path timings;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description =
          "Largest number of images computed at a time (default: 8); more need more memory.")
  private int batch = 8;

  /**
   * Checks the options and that the files can be written, before the number of images is known.
   *
   * @throws CommandException if an option is out of range or a file cannot be written
   */
  public void check() {
    if (batch < 1) {
      throw CommandException.usage("--batch %s: expected at least 1".formatted(batch));
    }
    OutputNames.check("--out", out, ".png");
    new OutputPath("--trace", trace).requireFile(".safetensors");
    new OutputPath("--preview", preview).requireFolder();
    OutputNames.check("--gif", gif, ".gif");
    new OutputPath("--sheet", sheet).requireFile(".png");
    new OutputPath("--timings", timings).requireFile();
    requireDistinct(out);
  }

  /**
   * Names the files of the images.
   *
   * @param images their number
   * @throws CommandException if one name stands for several images
   */
  public OutputNames names(int images) {
    OutputNames names = OutputNames.of("--out", out, ".png", images);
    if (gif != null) {
      OutputNames.of("--gif", gif, ".gif", images);
    }
    requireDistinct(names.given());
    return names;
  }

  private void requireDistinct(@Nullable Path images) {
    requireApart("--out", images);
    requireApart("--gif", gif); // one path for both is a folder: no name has both suffixes
  }

  private void requireApart(String option, @Nullable Path images) {
    OutputPath.requireDistinct(
        new OutputPath(option, images),
        new OutputPath("--trace", trace),
        new OutputPath("--sheet", sheet),
        new OutputPath("--timings", timings));
  }

  /** File of the trace, null for none. */
  public @Nullable Path trace() {
    return trace;
  }

  /** Folder of the images after each scale, null for none. */
  public @Nullable Path preview() {
    return preview;
  }

  /** File, name or folder of the animations, null for none. */
  public @Nullable Path gif() {
    return gif;
  }

  /** File of the sheet, null for none. */
  public @Nullable Path sheet() {
    return sheet;
  }

  /** File of the timings, null for none. */
  public @Nullable Path timings() {
    return timings;
  }

  /** Largest number of images computed at a time. */
  public int batch() {
    return batch;
  }
}
