package io.nextscale.var.raster;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.BlockModel;
import io.nextscale.var.transformer.Pass;

/**
 * Predicts tokens one after the other, row by row, from the class and all earlier tokens. Position
 * 0 of the sequence is the class, position j + 1 is token j; the hidden state of a position
 * predicts the token that follows it.
 */
public interface RasterNetwork extends BlockModel<RasterNetwork> {
  /** The configuration. */
  TransformerConfig config();

  /** Element type of keys and values, and of a mask on their scores. */
  DType keyType();

  /** The device that holds the weights. */
  Device device();

  /**
   * Takes the classes of some rows; the result's tensors belong to the open scope.
   *
   * @param classes one class per row, 0 to {@code config.classes()} (no class)
   * @throws IllegalArgumentException if a class does not exist
   */
  Conditioned of(long[] classes);

  /** Computes the logits (B, l, V) of hidden states (B, l, C), or of weighted means of them. */
  Tensor logits(Tensor hidden);

  /** The network for the classes of some rows. */
  interface Conditioned {
    /** Returns the input of position 0, (B, 1, C). */
    Tensor start();

    /**
     * Embeds a token of a generation.
     *
     * @param tokens one for each row
     * @param position of the token in the sequence, at least 1
     * @return (B, 1, C)
     */
    Tensor next(long[] tokens, int position);

    /**
     * Embeds the true tokens of positions 1 to n − 1 (teacher forcing).
     *
     * @param tokens of each row, the first n − 1 of its n tokens
     * @return (B, n − 1, C)
     */
    Tensor following(long[][] tokens);

    /**
     * Runs all blocks over positions that follow others.
     *
     * @param input (B, l, C)
     * @param start position of the first of them
     * @param pass what mixers carry from earlier positions, and the mask of this pass
     * @param interruption called before each block; may throw to end the run
     * @return hidden states, float32 (B, l, C)
     */
    Tensor hidden(Tensor input, int start, Pass pass, Runnable interruption);
  }
}
