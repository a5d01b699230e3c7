package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;

/**
 * Computes the modulation of a block from the condition, in float32 ({@code ada_lin} or {@code
 * ada_gss} of {@code AdaLNSelfAttn} in {@code models/basic_var.py}).
 */
sealed interface AdaLn {
  /**
   * Computes the modulation of one block for a whole run.
   *
   * @return gammas, scales and shifts of the n branches, in this order: (B, 3n, C)
   */
  Tensor modulate(Condition condition);

  /** Returns the same modulation with its layers in another form. */
  AdaLn map(LayerForm form);

  static AdaLn read(WeightReader reader, TransformerConfig config) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    int width = config.width();
    int parts = 3 * config.branches();
    return config.sharedAdaLn()
        ? new Offset(float32.read("ada_gss", 1, 1, parts, width))
        : new Own(Linear.read(float32.at("ada_lin.1"), width, (long) parts * width), parts);
  }

  /** A linear map of the condition, one for each block ({@code ada_lin}). */
  record Own(Linear linear, int parts) implements AdaLn {
    @Override
    public Tensor modulate(Condition condition) {
      Tensor joined = linear.forward(condition.activated());
      return joined.reshape(joined.size(0), parts, -1);
    }

    @Override
    public AdaLn map(LayerForm form) {
      return new Own(form.outsideBlocks(linear), parts);
    }
  }

  /** An offset (1, 1, 3n, C) to the modulation that all blocks share ({@code ada_gss}). */
  record Offset(Tensor offset) implements AdaLn {
    @Override
    public Tensor modulate(Condition condition) {
      Tensor shared = condition.shared();
      if (shared == null) {
        throw new IllegalStateException("a block with an offset needs the shared modulation");
      }
      return offset.select(1, 0).add(shared);
    }

    @Override
    public AdaLn map(LayerForm form) {
      return this;
    }
  }
}
