package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.PositionsConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.scale.Scales;

/** Where a token is: what is added to the input of its position. Float32. */
public sealed interface Positions permits PositionTable, PositionGrid {
  /**
   * The embeddings of all positions of a run.
   *
   * @throws IllegalArgumentException if these positions are learned for other scales
   */
  ScalePositions of(Scales scales);

  /** Reads those of a configuration; {@code scales} are those that a table is learned for. */
  static Positions read(WeightReader reader, TransformerConfig config, Scales scales) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    return switch (config.positions()) {
      case PositionsConfig.Table table -> PositionTable.read(float32, config.width(), scales);
      case PositionsConfig.Grid grid -> PositionGrid.read(float32, config.width(), grid.side());
    };
  }

  /**
   * The embeddings of all positions of a run.
   *
   * @param table (1, L, C)
   */
  record ScalePositions(Scales scales, Tensor table) {
    /** Those of scale k: (1, l_k, C). */
    Tensor at(int k) {
      return table.narrow(1, scales.start(k), scales.get(k).tokens());
    }
  }
}
