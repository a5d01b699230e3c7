package io.nextscale.var.model;

import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.CodebookForm;
import io.nextscale.var.tokenizer.QuantizerConfig;
import io.nextscale.var.tokenizer.TokenizerConfig;
import io.nextscale.var.tokenizer.TokenizerLayout;
import io.nextscale.var.transformer.TransformerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The published models (READMEs of FoundationVision/VAR and jiaosiyu1999/FlexVAR) and the numbers
 * that their files do not tell.
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

  /** Side of FlexVAR's grid of positions. */
  static final int POSITION_GRID = 32;

  private static final List<Integer> MULTIPLIERS = List.of(1, 1, 2, 2, 4);
  private static final int CODE_WIDTH = 32;
  private static final int CLASSES = 1000;

  private static final Map<String, ModelSpec> PRESETS = presets();

  private OfficialModels() {}

  private static Map<String, ModelSpec> presets() {
    Map<String, ModelSpec> all = new TreeMap<>();
    for (int depth : new int[] {16, 20, 24, 30}) {
      all.put("var-d" + depth, var("var-d" + depth, depth, false, SCALES_256));
    }
    all.put("var-d36-s", var("var-d36-s", 36, true, SCALES_512));
    for (int depth : new int[] {16, 20, 24}) {
      all.put("flexvar-d" + depth, flexVar("flexvar-d" + depth, depth));
    }
    return all;
  }

  private static ModelSpec var(String name, int depth, boolean sharedAdaLn, Scales scales) {
    TokenizerConfig tokenizer =
        new TokenizerConfig(
            TokenizerLayout.VAR,
            4096,
            CODE_WIDTH,
            CODE_WIDTH,
            160,
            MULTIPLIERS,
            MULTIPLIERS,
            2,
            true,
            true,
            NORM_GROUPS,
            EPSILON,
            3,
            CodebookForm.EUCLIDEAN,
            new QuantizerConfig.Residual(PHI_RATIO, PHI_SHARING));
    return new ModelSpec(
        name,
        tokenizer,
        transformer(depth, sharedAdaLn, 0, tokenizer),
        scales,
        List.of(),
        SamplingDefaults.official(tokenizer.vocabularySize()));
  }

  private static ModelSpec flexVar(String name, int depth) {
    TokenizerConfig tokenizer =
        new TokenizerConfig(
            TokenizerLayout.LLAMAGEN,
            8912, // sic, in the paper and in the code; not 8192
            CODE_WIDTH,
            256,
            128,
            MULTIPLIERS,
            MULTIPLIERS,
            2,
            true,
            true,
            NORM_GROUPS,
            EPSILON,
            1,
            CodebookForm.UNIT,
            new QuantizerConfig.GroundTruth());
    return new ModelSpec(
        name,
        tokenizer,
        transformer(depth, false, POSITION_GRID, tokenizer),
        SCALES_256,
        List.of(),
        SamplingDefaults.flexVar(tokenizer.vocabularySize()));
  }

  private static TransformerConfig transformer(
      int depth, boolean sharedAdaLn, int positionGrid, TokenizerConfig tokenizer) {
    return new TransformerConfig(
        depth,
        64 * depth,
        depth,
        4 * 64 * depth,
        CLASSES,
        EPSILON,
        sharedAdaLn,
        true,
        positionGrid,
        tokenizer.codeWidth(),
        tokenizer.vocabularySize());
  }

  /** Names of the presets. */
  public static List<String> names() {
    return new ArrayList<>(PRESETS.keySet());
  }

  /**
   * A published model by name, such as {@code var-d16} or {@code flexvar-d24}.
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
