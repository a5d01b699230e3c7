package io.nextscale.var.model;

import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.TokenizerConfig;
import io.nextscale.var.transformer.TransformerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The published models (README of FoundationVision/VAR) and the numbers that their files do not
 * tell.
 */
public final class OfficialModels {
  static final int NORM_GROUPS = 32;
  static final double EPSILON = 1e-6;
  static final double PHI_RATIO = 0.5;
  static final int PHI_SHARING = 4;

  /** Scales of the models for 256 pixels. */
  static final Scales SCALES_256 = Scales.squares(1, 2, 3, 4, 5, 6, 8, 10, 13, 16);

  /** Scales of the model for 512 pixels. */
  static final Scales SCALES_512 = Scales.squares(1, 2, 3, 4, 6, 9, 13, 18, 24, 32);

  private static final int VOCABULARY = 4096;
  private static final int CODE_WIDTH = 32;
  private static final int CLASSES = 1000;

  private static final Map<String, ModelSpec> PRESETS = presets();

  private OfficialModels() {}

  private static Map<String, ModelSpec> presets() {
    Map<String, ModelSpec> all = new TreeMap<>();
    for (int depth : new int[] {16, 20, 24, 30}) {
      all.put("var-d" + depth, spec("var-d" + depth, depth, false, SCALES_256));
    }
    all.put("var-d36-s", spec("var-d36-s", 36, true, SCALES_512));
    return all;
  }

  private static ModelSpec spec(String name, int depth, boolean sharedAdaLn, Scales scales) {
    TokenizerConfig tokenizer =
        new TokenizerConfig(
            VOCABULARY,
            CODE_WIDTH,
            160,
            List.of(1, 1, 2, 2, 4),
            2,
            true,
            true,
            NORM_GROUPS,
            EPSILON,
            3,
            PHI_RATIO,
            PHI_SHARING,
            false);
    TransformerConfig transformer =
        new TransformerConfig(
            depth,
            64 * depth,
            depth,
            4 * 64 * depth,
            CLASSES,
            EPSILON,
            sharedAdaLn,
            true,
            CODE_WIDTH,
            VOCABULARY);
    return new ModelSpec(
        name, tokenizer, transformer, scales, List.of(), SamplingDefaults.official(VOCABULARY));
  }

  /** Names of the presets. */
  public static List<String> names() {
    return new ArrayList<>(PRESETS.keySet());
  }

  /**
   * A published model by name, such as {@code var-d16}.
   *
   * @throws ModelException if there is none; lists the names
   */
  public static ModelSpec preset(String name) {
    ModelSpec spec = PRESETS.get(name);
    if (spec == null) {
      throw new ModelException(
          "preset \"" + name + "\": expected one of " + String.join(", ", PRESETS.keySet()));
    }
    return spec;
  }
}
