package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Infers configurations from the shapes of weights: the shapes imply keys, which {@link ConfigFile}
 * reads like the keys of a {@code config.json}.
 */
final class ShapeInference {
  private ShapeInference() {}

  /**
   * Infers a model from its two weight files.
   *
   * @throws ModelException if they are no weights of a known model, or do not fit each other
   */
  static ModelSpec model(Checkpoint vae, Checkpoint transformer) {
    TokenizerInference first = TokenizerInference.of(vae);
    Map<String, Object> tokenizer = first.vae(); // files in the wrong order are named by this one
    NetworkInference second = NetworkInference.of(transformer);
    String files = vae.path() + " and " + transformer.path();
    return read(
        files,
        () -> {
          Map<String, Object> keys = new LinkedHashMap<>();
          keys.put("family", second.family().key());
          keys.put(second.family().tokenizerKey(), tokenizer);
          keys.putAll(second.keys());
          keys.put("name", second.name());
          if (OfficialModels.names().contains(second.name())
              && second.classes() == ImageNetClasses.names().size()) {
            keys.put("class_names", ImageNetClasses.KEY);
          }
          if (first.family() != second.family().ofTokenizer()) {
            throw new ModelException(
                "no configuration fits %s: a %s tokenizer with the transformer of a %s model"
                    .formatted(files, first.family(), second.family()));
          }
          return ConfigFile.model(new ConfigObject(files, keys));
        });
  }

  /**
   * Infers a tokenizer from its weight file.
   *
   * @throws ModelException if it holds no tokenizer of a known model
   */
  static TokenizerSpec tokenizer(Checkpoint vae) {
    TokenizerInference shapes = TokenizerInference.of(vae);
    String file = vae.path().toString();
    return read(
        file,
        () -> {
          Map<String, Object> keys = new LinkedHashMap<>();
          keys.put("family", shapes.family().key());
          keys.put("vae", shapes.vae());
          keys.put("name", String.valueOf(vae.path().getFileName()));
          return ConfigFile.tokenizer(new ConfigObject(file, keys));
        });
  }

  private static <T> T read(String files, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      throw new ModelException("no configuration fits %s: %s".formatted(files, e.getMessage()), e);
    }
  }
}
