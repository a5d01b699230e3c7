package io.nextscale.cli.output;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads the names of files. */
public final class FileName {
  private FileName() {}

  /**
   * Makes a path of a name.
   *
   * @throws CommandException if the system has no such names, or Java's encoding of names lacks a
   *     character
   */
  public static Path of(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new CommandException(problem(name, e), e);
    }
  }

  private static String problem(String name, InvalidPathException cause) {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    return name.chars().anyMatch(c -> c > 127) && !encoding.equals("UTF-8")
        ? ("file name \"%s\": Java takes file names in %s here, which lacks a character of it;"
                + " start it in a UTF-8 locale, such as LC_ALL=C.UTF-8")
            .formatted(name, encoding)
        : "file name \"%s\": %s".formatted(name, cause.getReason());
  }
}
