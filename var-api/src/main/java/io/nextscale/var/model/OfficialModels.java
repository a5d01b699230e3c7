package io.nextscale.var.model;

import io.nextscale.var.scale.Scales;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Configurations of the published models (READMEs of FoundationVision/VAR, jiaosiyu1999/FlexVAR,
 * OliverRensu/MVAR, FoundationVision/LlamaGen and hp-l33/AiM), without weights. Each is a file of
 * this package, {@code preset/NAME.json}, with the keys of a model folder's {@code config.json}.
 * {@code flexvar-mamba-d16} and {@code -d20} are our reading of the FlexVAR paper's ablation, of
 * which neither code nor weights were published.
 *
 * <p>FlexVAR's codebook has 8912 entries, in the paper and in the code; not 8192.
 */
public final class OfficialModels {
  /** Scales of the models that generate 256×256 pixels. */
  static final Scales SCALES_256 = Scales.squares(1, 2, 3, 4, 5, 6, 8, 10, 13, 16);

  /** Scales of the model that generates 512×512 pixels. */
  static final Scales SCALES_512 = Scales.squares(1, 2, 3, 4, 6, 9, 13, 18, 24, 32);

  /** Side of FlexVAR's position grid. */
  static final int POSITION_GRID = 32;

  private static final List<String> NAMES =
      List.of(
          "aim-b",
          "aim-l",
          "aim-xl",
          "flexvar-d16",
          "flexvar-d20",
          "flexvar-d24",
          "flexvar-mamba-d16",
          "flexvar-mamba-d20",
          "llamagen-c2i-3b-384",
          "llamagen-c2i-b-256",
          "llamagen-c2i-b-384",
          "llamagen-c2i-l-256",
          "llamagen-c2i-l-384",
          "llamagen-c2i-xl-384",
          "llamagen-c2i-xxl-384",
          "mvar-d16",
          "mvar-d20",
          "mvar-d24",
          "mvar-d32",
          "var-d16",
          "var-d20",
          "var-d24",
          "var-d30",
          "var-d36-s");

  private OfficialModels() {}

  /** Names of the presets, sorted. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * Configuration of a published model.
   *
   * @param name such as {@code var-d16} or {@code flexvar-d24}
   * @throws ModelException if there is no such model; lists the names
   */
  public static ModelSpec preset(String name) {
    if (!NAMES.contains(name)) {
      throw new ModelException(
          "preset \"%s\": expected one of %s".formatted(name, String.join(", ", NAMES)));
    }
    return ConfigFile.parse("preset " + name, resource(name));
  }

  private static byte[] resource(String name) {
    try (InputStream in = OfficialModels.class.getResourceAsStream("preset/" + name + ".json")) {
      if (in == null) {
        throw new ModelException("this jar lacks the preset " + name + ": it is damaged");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ModelException("the preset " + name + " cannot be read: " + e, e);
    }
  }
}
