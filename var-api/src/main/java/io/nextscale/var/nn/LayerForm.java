package io.nextscale.var.nn;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;

/**
 * Replaces the layers of a model, in one walk over it, by others that compute the same in another
 * way. A model as it was read is in the form that trains.
 */
public interface LayerForm {
  /** Returns the form of a linear layer of a transformer block, which runs at every scale. */
  Linear ofBlock(Linear linear);

  /** Returns the form of a linear layer outside the blocks. */
  Linear outsideBlocks(Linear linear);

  /**
   * Returns the form of an attention.
   *
   * @param largestScore bound of the absolute scores; infinite if none is known
   */
  Attention attention(Attention attention, double largestScore);

  /**
   * Returns the element type of the keys and values of an attention whose queries come one by one.
   *
   * @param layers element type of its layers
   * @param device that holds them
   */
  DType keyType(DType layers, Device device);
}
