package io.nextscale.train.transformer;

import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.Distribution;
import io.nextscale.var.nn.InitialWeights;
import io.nextscale.var.nn.InitialWeights.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongToDoubleFunction;

/**
 * The initial weights of a transformer ({@code VAR.init_weights} in {@code models/var.py}): normal
 * with a deviation of {@code sqrt(1 / 3C)}, smaller for the layers that add to the residual stream
 * and for the head. The other weights of a Mamba-2 layer are drawn as in {@code Mamba2.__init__}.
 */
public final class TransformerInitialization {
  private static final double CLASSES = 0.3;
  private static final double HEAD = 0.02;
  private static final double MODULATION = 0.5;
  private static final double GAMMA = 1e-5;
  // of the parts of a modulation, γ s b of each branch, the first third are gammas
  private static final int PARTS_OF_BRANCH = 3;

  private TransformerInitialization() {}

  /**
   * Draws the weights.
   *
   * @param seed same seed, same weights
   * @param gamma by which blocks multiply what they add, at the start. 0 is as in the official
   *     code, whose blocks learn to add something over a long training. A short one has no time for
   *     that: with another gamma class embeddings also differ more
   */
  public static WeightSource weights(TransformerConfig config, long seed, double gamma) {
    return new InitialWeights(
        "initial weights of seed " + seed,
        key -> new SplittableRandom(seed * 31 + key.hashCode()),
        gamma == 0 ? official(config) : withGamma(config, gamma));
  }

  private static List<Rule> official(TransformerConfig config) {
    DoubleUnaryOperator shrink = drawn -> (float) drawn * (GAMMA / MODULATION);
    List<Rule> rules = new ArrayList<>(MambaInitialization.RULES);
    rules.add(Rule.ending("bias", Distribution.constant(0)));
    rules.add(Rule.ending("ada_gss", gammas(offsets(config), shrink)));
    rules.add(
        new Rule(
            TransformerInitialization::modulatesBlock, gammas(normal(config, MODULATION), shrink)));
    rules.addAll(common(config));
    return rules;
  }

  private static List<Rule> withGamma(TransformerConfig config, double gamma) {
    DoubleUnaryOperator set = drawn -> gamma;
    List<Rule> rules = new ArrayList<>(MambaInitialization.RULES);
    rules.add(
        new Rule(
            key -> modulatesBlock(key) && key.endsWith("bias"),
            gammas(Distribution.constant(0), set)));
    rules.add(Rule.ending("bias", Distribution.constant(0)));
    rules.add(Rule.ending("ada_gss", gammas(offsets(config), set)));
    rules.add(new Rule("class_emb.weight"::equals, Distribution.normal(CLASSES)));
    rules.addAll(common(config));
    return rules;
  }

  private static List<Rule> common(TransformerConfig config) {
    double residual = 1 / Math.sqrt(2.0 * config.depth());
    return List.of(
        Rule.ending("scale_mul_1H11", Distribution.constant(Math.log(4))),
        new Rule("head.weight"::equals, normal(config, HEAD)),
        Rule.ending("attn.proj.weight", normal(config, residual)),
        Rule.ending("mamba.out_proj.weight", normal(config, residual)),
        Rule.ending("ffn.fc2.weight", normal(config, residual)),
        new Rule(
            key -> key.endsWith("ada_lin.1.weight") && !key.startsWith("shared_"),
            normal(config, MODULATION)),
        Rule.others(normal(config, 1)));
  }

  /** A multiple of the usual deviation. */
  private static Distribution normal(TransformerConfig config, double factor) {
    return Distribution.normal(Math.sqrt(1.0 / 3) / Math.sqrt(config.width()) * factor);
  }

  /** Distribution of a block's own offsets, where all blocks share the linear layer. */
  private static Distribution offsets(TransformerConfig config) {
    return Distribution.normal(1 / Math.sqrt(config.width()) * MODULATION);
  }

  private static boolean modulatesBlock(String key) {
    return key.contains("blocks.") && key.contains("ada_lin.1.");
  }

  /** Changes the gammas among the elements of a modulation, or the rows that give them. */
  private static Distribution gammas(Distribution all, DoubleUnaryOperator change) {
    return (random, shape) -> {
      LongToDoubleFunction elements = all.elements(random, shape);
      long gammas = Arrays.stream(shape).reduce(1, Math::multiplyExact) / PARTS_OF_BRANCH;
      return index -> {
        double drawn = elements.applyAsDouble(index);
        return index < gammas ? change.applyAsDouble(drawn) : drawn;
      };
    };
  }
}
