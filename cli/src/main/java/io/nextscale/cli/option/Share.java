package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;

/**
 * Two numbers as {@code 1/4}.
 *
 * @param number 1 to {@code of}
 * @param of at least 1
 */
public record Share(int number, int of) {
  /**
   * Parses the value of an option.
   *
   * @param option its name, for the message
   * @throws CommandException if it is not two numbers, the first at most the second
   */
  public static Share parse(String option, String text) {
    String[] numbers = text.split("/", -1);
    try {
      Share share = new Share(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
      if (numbers.length == 2 && share.number >= 1 && share.number <= share.of) {
        return share;
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      // falls through to the message
    }
    throw CommandException.usage(
        "%s %s: expected two numbers, the first at most the second, such as 1/4"
            .formatted(option, text));
  }
}
