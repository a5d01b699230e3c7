package io.nextscale.cli.command;

import io.nextscale.cli.output.Console;
import io.nextscale.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Downloads the images of a recipe with the script that the recipe names.
 *
 * @param data the recipe's
 */
record FetchScript(Recipe.Data data) {
  /** System property, set by the launcher: the folder of the repository. */
  private static final String ROOT = "nextscale.root";

  /**
   * Runs the script if the images are missing. Outside a repository, or if the script fails, they
   * stay missing, and opening them throws an error that names the script.
   */
  void run(Console console) {
    if (data.fetch().isEmpty()) {
      return;
    }
    Path script = Path.of(System.getProperty(ROOT, "")).resolve(data.fetch().get());
    Path target = data.folder().getParent();
    if (Files.exists(data.folder()) || target == null || !Files.isExecutable(script)) {
      return;
    }
    console.err().println("fetching images with " + data.fetch().get());
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
