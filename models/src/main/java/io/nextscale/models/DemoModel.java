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
 * The embedded demo model: a small class-conditional VAR of 64×64 emoji with 19 classes, 16 MB.
 *
 * <p>Trained on Noto Emoji (Google, Apache-2.0) and Twemoji (Twitter and contributors, CC-BY 4.0);
 * see {@code DATA.md} beside the weights.
 */
public final class DemoModel {
  private static final String FOLDER = "emoji-var/";

  private DemoModel() {}

  /** The model, to be given to {@code ImageGenerator.load}. */
  public static ModelSource source() {
    return DemoModel::open;
  }

  private static OpenModel open() {
    Checkpoint vae = checkpoint("vae.safetensors");
    try {
      Checkpoint transformer = checkpoint("transformer.safetensors");
      return new OpenModel(
          ConfigFile.parse("the embedded config.json", bytes("config.json")),
          new CheckpointWeights(vae),
          new CheckpointWeights(transformer),
          List.of(vae, transformer));
    } catch (RuntimeException e) {
      vae.close();
      throw e;
    }
  }

  private static URL resource(String name) {
    URL url = DemoModel.class.getResource(FOLDER + name);
    if (url == null) {
      throw new ModelException("the embedded model lacks " + name + ": this jar is damaged");
    }
    return url;
  }

  private static Checkpoint checkpoint(String name) {
    try {
      URLConnection connection = resource(name).openConnection();
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        return Checkpoint.read(Path.of("embedded", name), in, connection.getContentLengthLong());
      }
    } catch (IOException e) {
      throw new ModelException("the embedded " + name + " cannot be read: " + e, e);
    }
  }

  private static byte[] bytes(String name) {
    try (InputStream in = resource(name).openStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ModelException("the embedded " + name + " cannot be read: " + e, e);
    }
  }
}
