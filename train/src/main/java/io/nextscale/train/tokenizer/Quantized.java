package io.nextscale.train.tokenizer;

import io.nextscale.torch.Tensor;
import java.util.List;

/**
 * What a quantizer made of a latent.
 *
 * @param decoded what the decoder is given of each image that is compared, (B, Cvae, h, w): the
 *     quantized values, through which gradients pass on to the latent as if it were they
 * @param codeLoss that of codebook and commitment, mean over the scales, 0-dimensional
 * @param queries what the nearest code was sought of at each scale, (B, Cvae, h_k, w_k)
 * @param tokens the codes found at each scale, B·h_k·w_k of them
 */
record Quantized(List<Tensor> decoded, Tensor codeLoss, List<Tensor> queries, List<long[]> tokens) {}
