package io.nextscale.var.inference;

import io.nextscale.torch.Tensor;
import io.nextscale.var.generate.Predictor;
import io.nextscale.var.scale.Scales;

/**
 * Computes the first scales of a run in float32 and the others in the element type of the model
 * (docs/decisions/0009-first-scales-in-float32.md). Rounding that changes a token of an early scale
 * changes the whole image; at a later scale it changes a detail.
 *
 * @param float32 computes the first scales
 * @param main computes the other scales, with the same weights
 * @param precision decides how many scales are computed in float32
 */
public record MixedPrecision(
    SharedCachePredictor float32, SharedCachePredictor main, Precision precision)
    implements Predictor {
  @Override
  public long noClass() {
    return main.noClass();
  }

  @Override
  public Run begin(long[] classes, Scales scales, Runnable interruption) {
    SharedCachePredictor.SharedCacheRun rest = main.begin(classes, scales, interruption);
    int count = precision.float32Scales(scales);
    if (count == 0) {
      return rest;
    }
    boolean begun = false;
    try {
      Run run = new MixedRun(float32.beginBeside(rest, count), rest, scales, count);
      begun = true;
      return run;
    } finally {
      if (!begun) {
        rest.close();
      }
    }
  }

  /** Copies the states of the first scales to those of the others. */
  private record MixedRun(
      SharedCachePredictor.SharedCacheRun first,
      SharedCachePredictor.SharedCacheRun rest,
      Scales scales,
      int count)
      implements Run {
    @Override
    public Tensor start() {
      return rest.start();
    }

    @Override
    public Tensor embed(int k, Tensor codes) {
      return rest.embed(k, codes);
    }

    @Override
    public Tensor hidden(int k, Tensor input) {
      if (k >= count) {
        return rest.hidden(k, input);
      }
      Tensor hidden = first.hidden(k, input);
      MixerStates filled = first.allRows().states();
      rest.allRows().states().copyFrom(filled, scales.start(k), scales.get(k).tokens());
      return hidden;
    }

    @Override
    public Tensor logits(Tensor hidden) {
      return rest.logits(hidden);
    }

    @Override
    public void close() {
      try (rest) {
        first.close();
      }
    }
  }
}
