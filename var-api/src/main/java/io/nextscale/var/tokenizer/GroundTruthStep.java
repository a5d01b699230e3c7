package io.nextscale.var.tokenizer;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;

/**
 * FlexVAR's step: the codes of a scale encode the whole image at its size. They are the decoder's
 * input; resized, they are the next scale's input.
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

  /** Resizes the codes at unit length, as the official loop does with any codebook. */
  @Override
  public Tensor input(int k) {
    Scale scale = scales.get(k);
    return Layers.upsampleBicubic2d(codebook.unit(decoderInput()), scale.height(), scale.width());
  }

  @Override
  public Tensor decoderInput() {
    if (current == null) {
      throw new IllegalStateException("no scale was accepted yet");
    }
    return current;
  }
}
