package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import java.util.ArrayList;
import java.util.List;

/**
 * Comma-separated lists, given once or several times.
 *
 * @param option its name, for messages
 */
record CommaList(String option, List<String> lists) {
  /**
   * The entries of all lists.
   *
   * @throws CommandException if an entry is empty
   */
  List<String> entries() {
    List<String> entries = new ArrayList<>();
    for (String list : lists) {
      for (String entry : list.split(",", -1)) {
        if (entry.isBlank()) {
          throw CommandException.usage("%s \"%s\": an entry is empty".formatted(option, list));
        }
        entries.add(entry.strip());
      }
    }
    return entries;
  }
}
