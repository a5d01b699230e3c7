package io.nextscale.cli;

import io.nextscale.var.image.ContactSheet;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a generation leaves behind. */
final class OutputOptions {
  /** How sheets look: small images are enlarged to about this side. */
  static final ContactSheet SHEET = new ContactSheet().withEnlargeTo(256);

  @Option(
      names = "--out",
      paramLabel = "FILE.png|FOLDER|%d.png",
      description = {
        "The image; several: a folder, or a name with %%d for the number.",
        "Default: out.png; several: the folder out."
      })
  @Nullable Path out;

  @Option(
      names = "--trace",
      paramLabel = "FILE.safetensors",
      description =
          "Tokens, logits, latent and decoder output of the run; with an image of one's own also"
              + " which tokens were kept, and the tokens that were used.")
  @Nullable Path trace;

  @Option(
      names = "--preview",
      paramLabel = "FOLDER",
      description =
          "The image after each scale: scale_00.png, scale_01.png, ... (FlexVAR: small ones of"
              + " small scales).")
  @Nullable Path preview;

  @Option(
      names = "--gif",
      paramLabel = "FILE.gif",
      description =
          "The same as an animation in the final size; several: a folder, or a name with %%d.")
  @Nullable Path gif;

  @Option(
      names = "--sheet",
      paramLabel = "FILE.png",
      description = "All images on one sheet, with their classes.")
  @Nullable Path sheet;

  @Option(
      names = "--timings",
      paramLabel = "FILE.json",
      description = "Seconds of each phase: load, transformer (by scale), decode, total.")
  @Nullable Path timings;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images computed at once at most (default: 8); more take more memory.")
  int batch = 8;

  @Option(names = "--quiet", description = "No progress on stderr.")
  boolean quiet;

  /** Checks everything that can be checked before the work. */
  void check(int images) {
    if (batch < 1) {
      throw CommandException.usage("--batch " + batch + ": at least 1");
    }
    OutputFiles.requireFile("--trace", trace, ".safetensors");
    OutputFiles.requireNewFolder("--preview", preview);
    if (gif != null) {
      OutputNames.of("--gif", gif, ".gif", images);
    }
    OutputFiles.requireFile("--sheet", sheet, ".png");
    OutputFiles.requireFile("--timings", timings);
  }
}
