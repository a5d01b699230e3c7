package io.nextscale.var.generate;

import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scale;
import java.util.List;

/**
 * One generation, step by step: a step is a scale, or a row of tokens in a raster model. Between
 * two steps nothing of it is open on a thread, so that its caller may wait, and each step may be
 * computed on another thread.
 */
public interface GenerationRun extends AutoCloseable {
  /**
   * The state after a step.
   *
   * @param step index of the step
   * @param k index of the scale that it belongs to
   * @param logits (B, l, V) of its tokens, after guidance and before filtering; until the next step
   *     begins
   * @param tokens the drawn tokens (B, l), row-major
   * @param decoderInput the decoder's input (B, Cvae, h, w) for the images so far; until the run is
   *     closed
   */
  record Done(int step, int k, Tensor logits, long[] tokens, Tensor decoderInput) {}

  /** Grids of the tokens of each step, in order. */
  List<Scale> steps();

  /** Whether a step is left. */
  boolean hasNext();

  /** Computes the next step. */
  Done next();

  /**
   * Returns the outcome, when no step is left. Its tensor belongs to the run.
   *
   * @throws IllegalStateException if a step is left
   */
  ScaleLoop.Outcome outcome();

  /** Frees the run's memory, on any thread. */
  @Override
  void close();
}
