package io.nextscale.var.transformer;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.scale.Scales;

/**
 * A learned embedding for every position of fixed scales (VAR).
 *
 * @param scales the scales of the training
 * @param table (1, L, C): position plus level embedding, summed once at loading
 */
public record PositionTable(Scales scales, Tensor table) implements Positions {

  static PositionTable read(WeightReader reader, int width, Scales scales) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor positions = reader.read("pos_1LC", 1, scales.tokens(), width);
      Tensor levels = reader.read("lvl_embed.weight", scales.count(), width);
      long[] levelOfPosition = new long[scales.tokens()];
      for (int k = 0, i = 0; k < scales.count(); k++) {
        for (int end = i + scales.get(k).tokens(); i < end; i++) {
          levelOfPosition[i] = k;
        }
      }
      Tensor index = Tensor.of(levelOfPosition, 1, levelOfPosition.length).to(levels.device());
      Tensor table = Layers.embedding(levels, index).add(positions);
      return new PositionTable(scales, scope.keep(table));
    }
  }

  @Override
  public ScalePositions of(Scales wanted) {
    if (!wanted.equals(scales)) {
      throw new IllegalArgumentException(
          "scales %s: the positions are learned for %s".formatted(wanted, scales));
    }
    return new ScalePositions(scales, table);
  }
}
