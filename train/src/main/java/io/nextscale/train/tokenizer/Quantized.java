package io.nextscale.train.tokenizer;

import io.nextscale.torch.Tensor;
import java.util.List;

/**
 * A quantized latent.
 *
 * @param decoded inputs of the decoder, (B, Cvae, h, w), one for each image that is compared:
 *     quantized values, through which gradients pass to the latent unchanged
 * @param codeLoss loss of codebook and commitment, mean over the scales, 0-dimensional
 * @param queries vectors whose nearest codes were looked up, (B, Cvae, h_k, w_k) for each scale
 * @param tokens the codes found at each scale, B·h_k·w_k of them
 */
record Quantized(
    List<Tensor> decoded, Tensor codeLoss, List<Tensor> queries, List<long[]> tokens) {}
