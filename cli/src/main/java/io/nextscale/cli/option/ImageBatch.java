package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;

/**
 * The value of a command's {@code --batch}.
 *
 * @param size images that are computed together
 */
public record ImageBatch(int size) {
  private static final int LARGEST = 1024;

  /** Refuses a size that is not 1 to 1024. */
  public void check() {
    if (size < 1 || size > LARGEST) {
      throw CommandException.usage("--batch %s: expected 1 to %s".formatted(size, LARGEST));
    }
  }
}
