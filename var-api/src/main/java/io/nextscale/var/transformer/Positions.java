package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.PositionsConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.scale.Scales;

/** Learned embeddings of positions in float32, added to the input of each position. */
public sealed interface Positions permits PositionTable, PositionGrid {
  /**
   * Returns the embeddings of all positions of a run.
   *
   * @throws IllegalArgumentException if these positions are learned for other scales
   */
  ScalePositions of(Scales scales);

  /**
   * Reads the positions that a configuration has.
   *
   * @param scales the scales of the training, for which a table is learned
   */
  static Positions read(WeightReader reader, TransformerConfig config, Scales scales) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    return switch (config.positions()) {
      case PositionsConfig.Table table -> PositionTable.read(float32, config.width(), scales);
      case PositionsConfig.Grid grid -> PositionGrid.read(float32, config.width(), grid.side());
    };
  }

  /**
   * Embeddings of all positions of a run.
   *
   * @param table (1, L, C)
   */
  record ScalePositions(Scales scales, Tensor table) {
    /** Returns the embeddings (1, l_k, C) of scale k. */
    Tensor ofScale(int k) {
      return table.narrow(1, scales.start(k), scales.get(k).tokens());
    }
  }
}
