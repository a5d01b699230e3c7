package io.nextscale.var.tokenizer;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;

/**
 * FlexVAR's quantizer: each scale encodes the whole image, independently of the other scales
 * ({@code encode_var_wo_firstL} in {@code trainer.py} at 04462cb).
 *
 * @param codebook shared by all scales
 */
public record GroundTruthQuantizer(Codebook codebook) implements Quantizer {

  static GroundTruthQuantizer read(WeightReader reader, TokenizerConfig config) {
    reader.ignore("codebook_used"); // usage statistics of the training
    return new GroundTruthQuantizer(Codebook.read(reader, config));
  }

  @Override
  public ScaleStep begin(Scales scales) {
    return new GroundTruthStep(codebook, scales);
  }

  /** Resizes the latent to each scale by area, which repeats it where the scale is larger. */
  @Override
  public void quantize(Tensor latent, Scales scales, Sink sink) {
    for (int k = 0; k < scales.count(); k++) {
      try (TensorScope scope = TensorScope.open()) {
        Scale scale = scales.get(k);
        Tensor tokens =
            codebook.nearest(Layers.adaptiveAvgPool2d(latent, scale.height(), scale.width()));
        sink.accept(k, tokens, codebook.lookUp(tokens, scale.height(), scale.width()));
      }
    }
  }
}
