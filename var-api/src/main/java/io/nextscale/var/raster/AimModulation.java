package io.nextscale.var.raster;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import org.jspecify.annotations.Nullable;

/** Computes shift, scale and gate of a block from the class; all in float32. */
sealed interface AimModulation {
  /**
   * Computes (B, 3, C).
   *
   * @param activated SiLU of the class embedding, (B, C)
   * @param groups the modulations that blocks share, (B, groups, 3, C); none if they share none
   */
  Tensor of(Tensor activated, @Nullable Tensor groups);

  /** Returns the same with its layers in another form. */
  AimModulation map(LayerForm form);

  /**
   * Reads the modulation of a block.
   *
   * @param groups number of modulations that blocks share in turn; 0: each block has its own
   */
  static AimModulation read(WeightReader reader, int block, int width, int groups) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    return groups == 0
        ? new Own(Linear.read(float32.at("adaLN_modulation.1"), width, 3L * width))
        : new Shared(block % groups, float32.read("scale_shift_table", 1, 3, width));
  }

  /** Computes x (1 + scale) + shift. */
  static Tensor apply(Tensor x, Tensor shift, Tensor scale) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(Functional.addcmul(x.add(shift), x, scale));
    }
  }

  /**
   * A linear layer of the block.
   *
   * @param linear C to 3·C
   */
  record Own(Linear linear) implements AimModulation {
    @Override
    public Tensor of(Tensor activated, @Nullable Tensor groups) {
      return linear.forward(activated).reshape(activated.size(0), 3, -1);
    }

    @Override
    public Own map(LayerForm form) {
      return new Own(form.outsideBlocks(linear));
    }
  }

  /**
   * A shared modulation plus an offset of the block.
   *
   * @param group index among the shared ones
   * @param offset (1, 3, C)
   */
  record Shared(int group, Tensor offset) implements AimModulation {
    @Override
    public Tensor of(Tensor activated, @Nullable Tensor groups) {
      if (groups == null) {
        throw new IllegalStateException("a block that shares a modulation, without one");
      }
      return groups.select(1, group).add(offset);
    }

    @Override
    public Shared map(LayerForm form) {
      return this;
    }
  }
}
