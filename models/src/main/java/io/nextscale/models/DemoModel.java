package io.nextscale.models;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.model.ConfigFile;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OpenModel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.List;

/**
 * The embedded demo models: small class-conditional models of 64×64 emoji, trained by this library.
 * Both have the same 17 classes.
 *
 * <p>The training images are from Noto Emoji (Google, Apache-2.0), Twemoji (Twitter and
 * contributors, CC-BY 4.0), EmojiOne 2 and FxEmojis (CC-BY 4.0) and Fluent Emoji (Microsoft, MIT);
 * see {@code DATA.md} beside the weights.
 */
public final class DemoModel {
  /** Name of the VAR model, which {@link #source()} gives. */
  public static final String VAR = "emoji-var";

  /** Name of the FlexVAR model, which has free scales and can refine and expand images. */
  public static final String FLEXVAR = "emoji-flexvar";

  /** Names of all demo models. */
  public static final List<String> NAMES = List.of(VAR, FLEXVAR);

  private final String name;

  private DemoModel(String name) {
    this.name = name;
  }

  /** Gives the VAR model to {@code ImageGenerator.load}. */
  public static ModelSource source() {
    return source(VAR);
  }

  /**
   * Gives a model by its name.
   *
   * @param name one of {@link #NAMES}
   * @throws ModelException if there is no such model
   */
  public static ModelSource source(String name) {
    if (!NAMES.contains(name)) {
      throw new ModelException(
          "demo model \"%s\": expected one of %s".formatted(name, String.join(", ", NAMES)));
    }
    return new DemoModel(name)::open;
  }

  private OpenModel open() {
    Checkpoint vae = checkpoint("vae.safetensors");
    try {
      Checkpoint transformer = checkpoint("transformer.safetensors");
      return new OpenModel(
          ConfigFile.parse("config.json of the embedded " + name, bytes("config.json")),
          new CheckpointWeights(vae),
          new CheckpointWeights(transformer),
          List.of(vae, transformer));
    } catch (RuntimeException e) {
      vae.close();
      throw e;
    }
  }

  private URL resource(String file) {
    URL url = DemoModel.class.getResource(name + "/" + file);
    if (url == null) {
      throw new ModelException(
          "the embedded model %s lacks %s: this jar is damaged".formatted(name, file));
    }
    return url;
  }

  private Checkpoint checkpoint(String file) {
    try {
      URLConnection connection = resource(file).openConnection();
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        return Checkpoint.read(
            Path.of("embedded", name, file), in, connection.getContentLengthLong());
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private byte[] bytes(String file) {
    try (InputStream in = resource(file).openStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private ModelException unreadable(String file, IOException cause) {
    return new ModelException(
        "the embedded %s/%s cannot be read: %s".formatted(name, file, cause), cause);
  }
}
