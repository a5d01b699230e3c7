package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Linear;

/** How a block gets its modulation from the condition; in float32. */
sealed interface AdaLn {
  /** The modulation of one block for a whole run. */
  Modulation modulate(Condition condition);

  static AdaLn read(WeightReader reader, TransformerConfig config) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    int width = config.width();
    return config.sharedAdaLn()
        ? new Offset(float32.read("ada_gss", 1, 1, 6, width))
        : new Own(Linear.read(float32.at("ada_lin.1"), width, 6L * width));
  }

  /** A linear map of its own for each block. */
  record Own(Linear linear) implements AdaLn {
    @Override
    public Modulation modulate(Condition condition) {
      Tensor packed = linear.forward(condition.activated());
      return Modulation.of(packed.reshape(packed.size(0), 1, 6, -1));
    }
  }

  /** What all blocks share, plus an offset (1, 1, 6, C). */
  record Offset(Tensor offset) implements AdaLn {
    @Override
    public Modulation modulate(Condition condition) {
      Tensor shared = condition.shared();
      if (shared == null) {
        throw new IllegalStateException("a block with an offset needs the shared modulation");
      }
      return Modulation.of(offset.add(shared));
    }
  }
}
