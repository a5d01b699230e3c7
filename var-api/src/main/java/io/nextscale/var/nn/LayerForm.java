package io.nextscale.var.nn;

/**
 * A form that the layers of a model are brought into by one walk over it: how they are executed,
 * not what they compute. A model as it was read is in the form that trains.
 */
public interface LayerForm {
  /** The form of a linear map of a transformer block, which runs at every scale. */
  Linear ofBlock(Linear linear);

  /** The form of any other linear map. */
  Linear outsideBlocks(Linear linear);

  /**
   * The form of an attention.
   *
   * @param largestScore no score of its exceeds this in size; infinite if nothing is known
   */
  Attention attention(Attention attention, double largestScore);
}
