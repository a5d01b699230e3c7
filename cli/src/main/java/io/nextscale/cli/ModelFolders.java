package io.nextscale.cli;

import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What folders of models hold. */
final class ModelFolders {
  private ModelFolders() {}

  /** Whether there is a config.json. */
  static boolean isDescribed(Path folder) {
    return Files.exists(folder.resolve("config.json"));
  }

  /** Whether a folder is a whole model; false if it is a tokenizer alone. */
  static boolean hasTransformer(Path folder) {
    if (!isDescribed(folder)) {
      return Files.exists(folder.resolve("transformer.safetensors"))
          || Files.exists(folder.resolve("transformer.pth"));
    }
    try {
      Object config = Json.parse(Files.readAllBytes(folder.resolve("config.json")));
      return !(config instanceof Map<?, ?> map) || map.containsKey("transformer");
    } catch (JsonException e) {
      return true; // to be reported when the model is opened
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
