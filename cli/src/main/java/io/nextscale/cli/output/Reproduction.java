package io.nextscale.cli.output;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A command that makes an image again; images carry it in their metadata.
 *
 * @param arguments from {@code nextscale} on
 */
public record Reproduction(List<String> arguments) {
  /** Keyword of the metadata. */
  public static final String KEYWORD = "command";

  /** Keys of the library's metadata that are options of {@code sample}, with _ for -. */
  private static final List<String> OPTION_KEYS =
      List.of(
          "cfg",
          "guidance",
          "guidance_weights",
          "cfg_interval",
          "max_pn",
          "top_k",
          "top_p",
          "temperature",
          "greedy_grids",
          "exclude_codes",
          "float32_scales",
          "scales");

  /** The command for a POSIX shell. */
  public String shellLine() {
    return arguments.stream().map(Reproduction::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String argument) {
    return argument.matches("[A-Za-z0-9_@%+=:,./-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }

  /** The value of {@code --guidance} for a form. */
  public static String optionValue(ClassifierFreeGuidance.Form form) {
    return form.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The command in an image's metadata, else one made of its parameters, in which the folder of a
   * model that is not embedded is left to the reader. Null if the parameters are not all there, as
   * in a set of samples, or an application made the image by an edit or by code of its own.
   */
  public static @Nullable String find(Map<String, String> metadata) {
    String command = metadata.get(KEYWORD);
    if (command != null) {
      return command;
    }
    String classId = metadata.get("class");
    String seed = metadata.get("seed");
    String model = metadata.get("model");
    if (classId == null || seed == null || model == null || !metadata.containsKey("scales")) {
      return null;
    }
    if (metadata.containsKey("edit") || hasOwn(metadata)) {
      return null;
    }
    List<String> arguments = new ArrayList<>(List.of("nextscale", "sample", "--class", classId));
    arguments.add("--model");
    arguments.add(DemoModel.NAMES.contains(model) ? "demo:" + model : "FOLDER");
    arguments.add("--seed=" + seed);
    for (String key : OPTION_KEYS) {
      String value = metadata.get(key);
      if (value != null) {
        String option = "--" + key.replace('_', '-');
        arguments.addAll(
            value.startsWith("-") ? List.of(option + "=" + value) : List.of(option, value));
      }
    }
    if (DType.BFLOAT16.toString().equals(metadata.get("dtype"))) {
      arguments.addAll(List.of("--dtype", "bf16"));
    }
    if (Boolean.parseBoolean(metadata.get("smooth"))) {
      arguments.add("--smooth");
    }
    return new Reproduction(arguments).shellLine();
  }

  /** Whether a parameter is a rule or code of an application, which no option names. */
  private static boolean hasOwn(Map<String, String> metadata) {
    return metadata.containsValue("own")
        || OPTION_KEYS.stream().anyMatch(key -> metadata.getOrDefault(key, "").contains(" "));
  }
}
