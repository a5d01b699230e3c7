package io.nextscale.train;

import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The parts of a trained model's folder, each written whole or not at all. */
final class ModelFile {
  static final String TOKENIZER = "vae.safetensors";
  static final String TRANSFORMER = "transformer.safetensors";
  static final String CONFIG = "config.json";

  private ModelFile() {}

  /**
   * The name of the model that a run trains: the run's folder with the one that it lies in, such as
   * {@code runs/emoji-var}. No embedded or published model has a name of this form.
   */
  static String name(Path run) {
    Path folder = run.toAbsolutePath().normalize();
    int depth = folder.getNameCount();
    StringJoiner name = new StringJoiner("/");
    for (int i = Math.max(0, depth - 2); i < depth; i++) {
      name.add(folder.getName(i).toString());
    }
    return name.toString();
  }

  /** A copy of a file. */
  static void copy(Path from, Path to) throws IOException {
    AtomicFile.write(
        to,
        out -> {
          try (var in = Files.newInputStream(from)) {
            in.transferTo(Channels.newOutputStream(out));
          }
        });
  }

  /**
   * A configuration with the classes of the data.
   *
   * @param model of the recipe
   * @param name of the trained model: the recipe's is that of every model that is trained by it
   */
  static Map<String, Object> config(Map<?, ?> model, String name, List<String> classNames) {
    Map<String, Object> config = new LinkedHashMap<>();
    model.forEach((key, value) -> config.put(String.valueOf(key), value));
    config.put("name", name);
    if (model.get("transformer") instanceof Map<?, ?> given) {
      Map<String, Object> transformer = new LinkedHashMap<>();
      given.forEach((key, value) -> transformer.put(String.valueOf(key), value));
      transformer.put("num_classes", (long) classNames.size());
      config.put("transformer", transformer);
    }
    config.put("class_names", classNames);
    return config;
  }
}
