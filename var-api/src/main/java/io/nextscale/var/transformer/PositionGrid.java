package io.nextscale.var.transformer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;

/**
 * One learned two-dimensional grid of position embeddings for scales of any size (FlexVAR; {@code
 * models/flexvar.py}). It is resized by area to each scale, so that a token has the embedding of
 * the part of the image that it covers. There is no level embedding.
 *
 * @param grid (1, C, G, G)
 */
public record PositionGrid(Tensor grid) implements Positions {

  static PositionGrid read(WeightReader reader, int width, int side) {
    return new PositionGrid(reader.read("pos_1LC", 1, width, side, side));
  }

  @Override
  public ScalePositions of(Scales scales) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> all = new ArrayList<>();
      for (Scale scale : scales.list()) {
        Tensor resized = Layers.adaptiveAvgPool2d(grid, scale.height(), scale.width());
        all.add(resized.reshape(1, grid.size(1), -1).transpose(1, 2));
      }
      return new ScalePositions(scales, scope.keep(Functional.cat(all, 1)));
    }
  }
}
