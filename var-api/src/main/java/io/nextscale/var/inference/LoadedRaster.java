package io.nextscale.var.inference;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.generate.GenerationRun;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.generate.TokenScore;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.raster.AimNetwork;
import io.nextscale.var.raster.LlamaNetwork;
import io.nextscale.var.raster.RasterForcing;
import io.nextscale.var.raster.RasterNetwork;
import io.nextscale.var.raster.RasterRun;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * A network that predicts token by token. All rows of the batch are one pass: a token waits for the
 * weights, which threads with rows of their own would each read.
 */
record LoadedRaster(
    VqVae tokenizer, Precision precision, DeferredTransformer<RasterNetwork> network)
    implements LoadedNetwork {
  static final String BLOCK = "layers."; // of LlamaGen; AiM's are behind "backbone."

  /**
   * Reads the network.
   *
   * @param weights owns its tensors
   */
  static LoadedRaster read(
      WeightReader reader,
      ModelSpec spec,
      NetworkConfig.Raster kind,
      Precision precision,
      VqVae tokenizer,
      TensorScope weights) {
    TransformerConfig config = spec.transformer();
    Scale grid = spec.scales().last();
    RasterNetwork network =
        switch (kind) {
          case NetworkConfig.Llama llama -> LlamaNetwork.read(reader, config, llama, grid);
          case NetworkConfig.Aim aim -> AimNetwork.read(reader, config, aim, grid);
        };
    IntConsumer finite = block -> reader.requireFinite(key -> isOf(key, block));
    return new LoadedRaster(
        tokenizer, precision, new DeferredTransformer<>(network, weights, finite));
  }

  private static boolean isOf(String key, int block) {
    return key.startsWith(BLOCK + block + ".") || key.startsWith("backbone." + BLOCK + block + ".");
  }

  /** Whether a key belongs to a block, whose weights are checked at the first use. */
  static boolean isOfBlock(String key) {
    return key.startsWith(BLOCK) || key.startsWith("backbone." + BLOCK);
  }

  @Override
  public GenerationRun begin(ScaleLoop.Plan plan, Runnable interruption) {
    RasterNetwork form = network.get();
    return new RasterRun(
        form,
        tokenizer,
        plan,
        (rows, positions) -> {
          MixerStates states =
              new MixerStates(form.config(), rows, positions, form.keyType(), form.device());
          return position -> states.pass(position, List.of());
        },
        interruption);
  }

  @Override
  public TokenScore score(
      TokenMaps truth, long[] classes, Consumer<Tensor> logits, Runnable interruption) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor predicted = new RasterForcing(network.get()).logits(truth, classes, interruption);
      logits.accept(predicted);
      return TokenScore.of(predicted, truth);
    }
  }

  @Override
  public long pendingBytes() {
    return network.pendingBytes();
  }
}
