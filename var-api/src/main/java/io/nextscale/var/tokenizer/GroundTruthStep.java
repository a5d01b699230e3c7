package io.nextscale.var.tokenizer;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;

/**
 * FlexVAR's step: the codes of a scale are the whole image at that size. Resized they are the next
 * scale's input, as they are the decoder's.
 */
public final class GroundTruthStep implements ScaleStep {
  private final Codebook codebook;
  private final Scales scales;
  private @Nullable Tensor current;

  /** Begins a run over scales. */
  public GroundTruthStep(Codebook codebook, Scales scales) {
    this.codebook = codebook;
    this.scales = scales;
  }

  @Override
  public void accept(int k, Tensor codes) {
    current = codes;
  }

  /** The official loop takes codes of unit length here, even from a codebook that has others. */
  @Override
  public Tensor input(int k) {
    Scale scale = scales.get(k);
    return Layers.upsampleBicubic2d(codebook.unit(decoderInput()), scale.height(), scale.width());
  }

  @Override
  public Tensor decoderInput() {
    if (current == null) {
      throw new IllegalStateException("no scale was taken in yet");
    }
    return current;
  }
}
