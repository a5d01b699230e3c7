package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file or folder that an option names for input. It is checked before the work, so that no work
 * is lost.
 *
 * @param option its name, for messages
 * @param path null if the option was not given: every check passes then
 */
public record InputPath(String option, @Nullable Path path) {
  /**
   * Refuses a folder that is not there.
   *
   * @throws CommandException if it is missing or a file
   */
  public void requireFolder() {
    if (path != null && !Files.isDirectory(path)) {
      throw problem(Files.exists(path) ? "is a file, expected a folder" : "no such folder");
    }
  }

  /**
   * Refuses what is not there.
   *
   * @throws CommandException if there is neither a file nor a folder
   */
  public void requireExisting() {
    if (path != null && Files.notExists(path)) {
      throw problem("no such file or folder");
    }
  }

  private CommandException problem(String text) {
    return new CommandException("%s %s: %s".formatted(option, path, text));
  }
}
