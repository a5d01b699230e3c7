package io.nextscale.var.tokenizer;

import io.nextscale.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** VAR's step: each scale adds to f̂, and f̂ resized is the next scale's input. */
public final class ResidualStep implements ScaleStep {
  private final ResidualQuantizer quantizer;
  private @Nullable Tensor fHat;

  /** Begins a run. */
  public ResidualStep(ResidualQuantizer quantizer) {
    this.quantizer = quantizer;
  }

  @Override
  public void accept(int k, Tensor codes) {
    Tensor added = quantizer.contribution(k, codes);
    fHat = fHat == null ? added : fHat.add(added);
  }

  @Override
  public Tensor input(int k) {
    return quantizer.resize(decoderInput(), k);
  }

  @Override
  public Tensor decoderInput() {
    if (fHat == null) {
      throw new IllegalStateException("no scale was accepted yet");
    }
    return fHat;
  }
}
