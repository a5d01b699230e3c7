package io.nextscale.var.inference;

import io.nextscale.torch.Tensor;
import io.nextscale.var.generate.GenerationRun;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.generate.TokenScore;
import io.nextscale.var.scale.TokenMaps;
import java.util.function.Consumer;

/** The network of a loaded model: how its tokens are generated and scored. */
sealed interface LoadedNetwork permits NextScaleNetwork, LoadedRaster {
  /**
   * Begins a generation. The first call makes the inference form.
   *
   * @param interruption called before each block, by every thread that computes; may throw to end
   *     the run
   * @throws IllegalArgumentException if a class does not exist, or the scales are not the model's
   */
  GenerationRun begin(ScaleLoop.Plan plan, Runnable interruption);

  /**
   * Scores the prediction of true tokens, each from those before it.
   *
   * @param logits receives the logits, float32 (B, L, V), which are freed when it returns
   * @param interruption called before each block; may throw to end the pass
   */
  TokenScore score(TokenMaps truth, long[] classes, Consumer<Tensor> logits, Runnable interruption);

  /** Element types of a run. */
  Precision precision();

  /** Bytes of memory that the inference form will take at the first use; 0 after it. */
  long pendingBytes();
}
