package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.generate.GenerationRun;
import io.nextscale.var.generate.Predictor;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.generate.TeacherForcing;
import io.nextscale.var.generate.TokenScore;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.VarTransformer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A transformer that predicts scale by scale, and its predictor: rows in parallel on the CPU, first
 * scales in float32 where {@link Precision} says so.
 *
 * @param transformer the transformer
 * @param float32 the same with float32 blocks if some scales compute in float32
 */
record NextScaleNetwork(
    VqVae tokenizer,
    Precision precision,
    DeferredTransformer<VarTransformer> transformer,
    @Nullable DeferredTransformer<VarTransformer> float32,
    ModulationCache modulations)
    implements LoadedNetwork {
  static final String BLOCK = "blocks.";

  /**
   * Reads the transformer.
   *
   * @param weights owns its tensors
   */
  static NextScaleNetwork read(
      WeightReader reader,
      ModelSpec spec,
      Precision precision,
      Device device,
      VqVae tokenizer,
      TensorScope weights) {
    VarTransformer main = VarTransformer.read(reader, spec.transformer(), spec.scales());
    DeferredTransformer<VarTransformer> float32 =
        precision.holdsFloat32()
            ? new DeferredTransformer<>(
                main.withBlocks(reader.as(DType.FLOAT32)), weights, block -> {})
            : null;
    IntConsumer finite = block -> reader.requireFinite(key -> key.startsWith(BLOCK + block + "."));
    return new NextScaleNetwork(
        tokenizer,
        precision,
        new DeferredTransformer<>(main, weights, finite),
        float32,
        new ModulationCache(spec.transformer(), device, weights));
  }

  @Override
  public GenerationRun begin(ScaleLoop.Plan plan, Runnable interruption) {
    return new ScaleLoop(predictor(), tokenizer).begin(plan, interruption);
  }

  @Override
  public TokenScore score(
      TokenMaps truth, long[] classes, Consumer<Tensor> logits, Runnable interruption) {
    return new TeacherForcing(transformer.get(), tokenizer)
        .score(truth, classes, logits, interruption);
  }

  @Override
  public long pendingBytes() {
    return transformer.pendingBytes() + (float32 == null ? 0 : float32.pendingBytes());
  }

  private Predictor predictor() {
    SharedCachePredictor main = caching(transformer.get());
    return float32 == null ? main : new MixedPrecision(caching(float32.get()), main, precision);
  }

  private SharedCachePredictor caching(VarTransformer part) {
    CachedPredictor cached = new CachedPredictor(part, classes -> modulations.of(part, classes));
    return part.device().type() == Device.Type.CPU ? new ParallelPredictor(cached) : cached;
  }
}
