package io.nextscale.train;

import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parts of a trained model's folder, each written whole or not at all. */
final class ModelFile {
  static final String TOKENIZER = "vae.safetensors";
  static final String TRANSFORMER = "transformer.safetensors";
  static final String CONFIG = "config.json";

  private ModelFile() {}

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

  /** A configuration with the classes of the data. */
  static Map<String, Object> config(Map<?, ?> model, List<String> classNames) {
    Map<String, Object> config = new LinkedHashMap<>();
    model.forEach((key, value) -> config.put(String.valueOf(key), value));
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
