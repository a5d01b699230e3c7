package io.nextscale.var.config;

import io.nextscale.var.check.Check;
import io.nextscale.var.scale.Scales;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Kind of quantizer: decides what the tokens of a scale encode, and which scales it takes. */
public sealed interface QuantizerConfig {
  /**
   * Chooses the scales of token maps where the quantizer leaves a choice.
   *
   * @param own scales of the model
   * @param choice supplies other scales; asked only if the quantizer takes any scales
   * @return {@code own} if the quantizer takes no others, else the scales of {@code choice}
   */
  Scales choose(Scales own, Supplier<Scales> choice);

  /** Whether tokens have any scales that a request chooses, not only those of the training. */
  boolean hasFreeScales();

  /** Kind of the models that have it, for messages. */
  String kind();

  /** Name of the family and its properties, for people. */
  String label();

  /** Whether a weighted mixture of codes may stand for a token, as smooth sampling makes it. */
  boolean takesMixtures();

  /**
   * Lists all scales that training may need tokens of: the model's own for a residual quantizer,
   * else every square up to the last of them.
   *
   * @param own scales of the model
   */
  default Scales every(Scales own) {
    return choose(
        own, () -> Scales.squares(IntStream.rangeClosed(1, own.last().height()).toArray()));
  }

  /**
   * Encodes the rest that the coarser scales left over (VAR, {@code VectorQuantizer2} in {@code
   * models/quant.py}).
   *
   * @param phiRatio r of φ(x) = (1 − r)·x + r·conv(x), "quant_resi"; at 0 φ is the identity and has
   *     no weights
   * @param sharedPhis number of φ that all scales share, 1 to 1024, "share_quant_resi"; none: each
   *     scale has a φ of its own
   */
  record Residual(double phiRatio, OptionalInt sharedPhis) implements QuantizerConfig {
    /**
     * Checks every range.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public Residual {
      Objects.requireNonNull(sharedPhis, "sharedPhis");
      sharedPhis.ifPresent(
          count ->
              Check.that(
                  count > 0 && count <= 1024,
                  "share_quant_resi",
                  count,
                  "0 to 1024 (0: one for each scale)"));
      Check.that(Double.isFinite(phiRatio), "quant_resi", phiRatio, "a finite number");
    }

    @Override
    public Scales choose(Scales own, Supplier<Scales> choice) {
      return own;
    }

    @Override
    public boolean hasFreeScales() {
      return false;
    }

    @Override
    public String kind() {
      return "a residual model";
    }

    @Override
    public String label() {
      return "VAR (residual quantizer; fixed scales)";
    }

    @Override
    public boolean takesMixtures() {
      return true;
    }
  }

  /** Encodes the whole image at each scale, independently of the other scales (FlexVAR). */
  record GroundTruth() implements QuantizerConfig {
    @Override
    public Scales choose(Scales own, Supplier<Scales> choice) {
      return choice.get();
    }

    @Override
    public boolean hasFreeScales() {
      return true;
    }

    @Override
    public String kind() {
      return "a FlexVAR model";
    }

    @Override
    public String label() {
      return "FlexVAR (ground-truth prediction; scales per request)";
    }

    @Override
    public boolean takesMixtures() {
      return false;
    }
  }

  /** Encodes the image at one scale (LlamaGen and other raster models). */
  record Single() implements QuantizerConfig {
    @Override
    public Scales choose(Scales own, Supplier<Scales> choice) {
      return own;
    }

    @Override
    public boolean hasFreeScales() {
      return false;
    }

    @Override
    public String kind() {
      return "a raster model";
    }

    @Override
    public String label() {
      return "raster (one grid, token after token)";
    }

    @Override
    public boolean takesMixtures() {
      return false;
    }
  }
}
