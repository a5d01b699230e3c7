package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.checkpoint.WeightChoice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model whose files are read as streams.
 *
 * @param name for messages
 */
record StreamedModel(String name, StreamFiles files) {
  private static final int LARGEST_CONFIG = 16 << 20;

  StreamedModel {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(files, "files");
  }

  OpenModel open() {
    byte[] json = config();
    Checkpoint vae = checkpoint(WeightFiles.VAE, TokenizerInference.CHOICE);
    try {
      Checkpoint transformer = checkpoint(WeightFiles.TRANSFORMER, TransformerInference.CHOICE);
      try {
        return json == null
            ? OpenModel.inferred(vae, transformer)
            : new OpenModel(
                ConfigFile.parse("config.json of " + name, json),
                new CheckpointWeights(vae),
                new CheckpointWeights(transformer),
                List.of(vae, transformer));
      } catch (RuntimeException e) {
        transformer.close();
        throw e;
      }
    } catch (RuntimeException e) {
      vae.close();
      throw e;
    }
  }

  OpenTokenizer openTokenizer() {
    byte[] json = config();
    Checkpoint vae = checkpoint(WeightFiles.VAE, TokenizerInference.CHOICE);
    if (json == null) {
      return TokenizerSource.inferred(vae);
    }
    try {
      return new OpenTokenizer(
          ConfigFile.parseTokenizer("config.json of " + name, json),
          new CheckpointWeights(vae),
          List.of(vae));
    } catch (RuntimeException e) {
      vae.close();
      throw e;
    }
  }

  private byte @Nullable [] config() {
    try (InputStream in = files.open("config.json")) {
      return in == null ? null : in.readNBytes(LARGEST_CONFIG);
    } catch (IOException e) {
      throw unreadable("config.json", e);
    }
  }

  private Checkpoint checkpoint(WeightFiles part, WeightChoice choice) {
    for (String file : part.ownNames()) {
      try (InputStream in = files.open(file)) {
        if (in != null) {
          return Checkpoint.read(Path.of(file), in, choice);
        }
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    throw new ModelException("model %s: it has none of %s".formatted(name, part.ownNames()));
  }

  private ModelException unreadable(String file, IOException cause) {
    return new ModelException("%s of %s cannot be read: %s".formatted(file, name, cause), cause);
  }
}
