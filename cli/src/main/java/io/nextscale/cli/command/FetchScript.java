package io.nextscale.cli.command;

import io.nextscale.cli.output.Console;
import io.nextscale.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
    console.note("fetching images with " + data.fetch().get());
    try {
      if (console.isQuiet()) {
        runQuietly(script, target, console);
      } else {
        await(start(script, target, ProcessBuilder.Redirect.INHERIT));
      }
    } catch (IOException e) {
      return; // no shell that could run it
    }
  }

  /** Keeps the script's notes and shows them only if it fails: they say why. */
  private static void runQuietly(Path script, Path target, Console console) throws IOException {
    Path notes = Files.createTempFile("nextscale-", ".log");
    try {
      if (await(start(script, target, ProcessBuilder.Redirect.to(notes.toFile()))) != 0) {
        console.err().write(Files.readAllBytes(notes));
      }
    } finally {
      Files.deleteIfExists(notes);
    }
  }

  private static Process start(Path script, Path target, ProcessBuilder.Redirect notes)
      throws IOException {
    return new ProcessBuilder(script.toAbsolutePath().toString(), target.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(notes)
        .start();
  }

  /** The exit code; a script that is interrupted is ended. */
  private static int await(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
