package io.nextscale.cli;

import io.nextscale.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Brings the images of a recipe that comes with this library, by the script that it names. */
final class FetchScript {
  /** The launcher tells where the repository is. */
  private static final String ROOT = "nextscale.root";

  private FetchScript() {}

  /**
   * Runs the script if the recipe's images are not there. Without a repository around, or if the
   * script fails, they are still missing after it: whoever opens them says what to do.
   */
  static void run(Io io, Recipe.Data data) {
    if (data.fetch().isEmpty()) {
      return;
    }
    Path script = Path.of(System.getProperty(ROOT, "")).resolve(data.fetch().get());
    Path target = data.folder().getParent();
    if (Files.exists(data.folder()) || target == null || !Files.isExecutable(script)) {
      return;
    }
    io.err().println("fetching images with " + data.fetch().get());
    Process process = start(script, target);
    if (process == null) {
      return;
    }
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable Process start(Path script, Path target) {
    try {
      return new ProcessBuilder(script.toAbsolutePath().toString(), target.toString())
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    } catch (IOException e) {
      return null; // no shell that could run it
    }
  }
}
