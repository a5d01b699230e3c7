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
 * The embedded demo models: small class-conditional models of 64×64 emoji with 19 classes, 16 MB
 * each, trained by this library.
 *
 * <p>Trained on Noto Emoji (Google, Apache-2.0) and Twemoji (Twitter and contributors, CC-BY 4.0);
 * see {@code DATA.md} beside the weights.
 */
public final class DemoModel {
  /** The VAR model: what {@link #source()} is. */
  public static final String VAR = "emoji-var";

  /** The FlexVAR model: other sizes, other numbers of steps, refining and expanding. */
  public static final String FLEXVAR = "emoji-flexvar";

  /** All of them. */
  public static final List<String> NAMES = List.of(VAR, FLEXVAR);

  private final String name;

  private DemoModel(String name) {
    this.name = name;
  }

  /** The VAR model, to be given to {@code ImageGenerator.load}. */
  public static ModelSource source() {
    return source(VAR);
  }

  /**
   * A model by its name.
   *
   * @param name one of {@link #NAMES}
   * @throws ModelException if there is no such model
   */
  public static ModelSource source(String name) {
    if (!NAMES.contains(name)) {
      throw new ModelException(
          "demo model \"" + name + "\": expected one of " + String.join(", ", NAMES));
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
          "the embedded model " + name + " lacks " + file + ": this jar is damaged");
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
      throw new ModelException("the embedded " + name + "/" + file + " cannot be read: " + e, e);
    }
  }

  private byte[] bytes(String file) {
    try (InputStream in = resource(file).openStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ModelException("the embedded " + name + "/" + file + " cannot be read: " + e, e);
    }
  }
}
