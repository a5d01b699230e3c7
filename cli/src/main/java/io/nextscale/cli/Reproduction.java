package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.var.generate.Guidance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The command line that makes an image again, as it stands in the image's metadata. */
final class Reproduction {
  /** Keyword of the metadata. */
  static final String KEYWORD = "command";

  /** Keys of the library's own metadata that are options. */
  private static final List<String> RECORDED =
      List.of(
          "cfg",
          "guidance",
          "max_pn",
          "top_k",
          "top_p",
          "temperature",
          "greedy_grids",
          "exclude_codes",
          "float32_scales",
          "scales");

  private Reproduction() {}

  /** A command line for a POSIX shell. */
  static String shell(List<String> arguments) {
    return arguments.stream().map(Reproduction::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String argument) {
    return argument.matches("[A-Za-z0-9_@%+=:,./-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }

  static String name(Guidance.Form form) {
    return form.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The command in an image's metadata, or one made from its parameters; null if it has neither.
   */
  static @Nullable String of(Map<String, String> metadata) {
    String command = metadata.get(KEYWORD);
    if (command != null) {
      return command;
    }
    String classId = metadata.get("class");
    String seed = metadata.get("seed");
    if (classId == null || seed == null) {
      return null;
    }
    List<String> arguments = new ArrayList<>(List.of("nextscale", "sample", "--class", classId));
    arguments.add("--seed=" + seed);
    for (String key : RECORDED) {
      String value = metadata.get(key);
      if (value != null && !value.contains(" ")) { // a rule of one's own has no option
        arguments.addAll(List.of("--" + key.replace('_', '-'), value));
      }
    }
    if (DType.BFLOAT16.toString().equals(metadata.get("dtype"))) {
      arguments.addAll(List.of("--dtype", OptionTypes.name(DType.BFLOAT16)));
    }
    if (Boolean.parseBoolean(metadata.get("smooth"))) {
      arguments.add("--smooth");
    }
    return shell(arguments);
  }
}
