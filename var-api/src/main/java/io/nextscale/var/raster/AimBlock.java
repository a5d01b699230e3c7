package io.nextscale.var.raster;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.MixerConfig;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.transformer.MixerState;
import io.nextscale.var.transformer.Pass;
import io.nextscale.var.transformer.SequenceMixer;

/**
 * A block of AiM: a Mamba-2 layer between a modulated norm and a gate, added to its input. There is
 * no MLP.
 */
record AimBlock(RmsNorm norm, SequenceMixer mixer, AimModulation modulation) {
  static AimBlock read(
      WeightReader reader, int index, TransformerConfig config, NetworkConfig.Aim kind) {
    MixerConfig.Mamba2 layer = kind.mixer();
    return new AimBlock(
        RmsNorm.read(reader.at("norm"), config.width(), config.normEpsilon()),
        SequenceMixer.read(reader.at("mixer"), index, layer, config),
        AimModulation.read(reader, index, config.width(), kind.groups()));
  }

  AimBlock map(LayerForm form) {
    return new AimBlock(norm, mixer.map(form), modulation.map(form));
  }

  /**
   * Computes (B, l, C) from (B, l, C), both float32.
   *
   * @param modulated shift, scale and gate, (B, 3, C)
   */
  Tensor forward(Tensor x, Tensor modulated, Pass pass, MixerState state) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor normalized =
          AimModulation.apply(norm.apply(x), modulated.narrow(1, 0, 1), modulated.narrow(1, 1, 1));
      Tensor mixed = mixer.forward(normalized, pass, state);
      return scope.keep(Functional.addcmul(x, mixed.to(x.dtype()), modulated.narrow(1, 2, 1)));
    }
  }
}
