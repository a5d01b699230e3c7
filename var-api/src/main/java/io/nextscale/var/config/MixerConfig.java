package io.nextscale.var.config;

import java.util.List;
import java.util.Objects;

/** A layer of a block that lets tokens see others. A block has one or more, then its MLP. */
public sealed interface MixerConfig {
  /** Returns the tensors that the layer carries from scale to scale. */
  List<StatePart> state(TransformerConfig config);

  /** Counts the parameters of its linear layers without biases. */
  long linearParameterCount(TransformerConfig config);

  /** Describes the layer for people. */
  String label(TransformerConfig config);

  /** Attention to the own scale and all earlier ones (VAR, FlexVAR). */
  record Attention() implements MixerConfig {
    @Override
    public List<StatePart> state(TransformerConfig config) {
      StatePart heads = new StatePart(true, List.of(config.heads(), config.headWidth()));
      return List.of(heads, heads); // keys, values
    }

    @Override
    public long linearParameterCount(TransformerConfig config) {
      return 4L * config.width() * config.width();
    }

    @Override
    public String label(TransformerConfig config) {
      return config.heads() + (config.normalizedAttention() ? " L2-normalised heads" : " heads");
    }
  }

  /** Attention to the own scale only (M-VAR). */
  record ScaleAttention() implements MixerConfig {
    @Override
    public List<StatePart> state(TransformerConfig config) {
      return List.of();
    }

    @Override
    public long linearParameterCount(TransformerConfig config) {
      return 4L * config.width() * config.width();
    }

    @Override
    public String label(TransformerConfig config) {
      return new Attention().label(config) + " within a scale";
    }
  }

  /**
   * A Mamba-2 layer over all tokens so far, scale after scale.
   *
   * @param layer its sizes
   * @param order the order of the tokens of a scale
   */
  record Mamba2(Mamba2Config layer, ScanOrder order) implements MixerConfig {
    /** Checks that no component is null. */
    public Mamba2 {
      Objects.requireNonNull(layer, "layer");
      Objects.requireNonNull(order, "order");
    }

    @Override
    public List<StatePart> state(TransformerConfig config) {
      return List.of(
          new StatePart(false, List.of(layer.kernel() - 1, layer.convWidth())),
          new StatePart(false, List.of(layer.heads(), layer.headWidth(), layer.stateWidth())));
    }

    @Override
    public long linearParameterCount(TransformerConfig config) {
      return (long) layer.width() * (layer.projectedWidth() + layer.innerWidth());
    }

    @Override
    public String label(TransformerConfig config) {
      return "Mamba-2 of %s heads, state %s, %s"
          .formatted(
              layer.heads(),
              layer.stateWidth(),
              order == ScanOrder.ZIGZAG
                  ? "eight zigzag paths (our reading of FlexVAR on Mamba)"
                  : "row by row");
    }
  }
}
