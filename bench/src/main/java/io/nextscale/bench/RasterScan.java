package io.nextscale.bench;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.generate.Drawing;
import io.nextscale.var.generate.TokenSampler;
import io.nextscale.var.inference.CachedPredictor;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.inference.ParallelPredictor;
import io.nextscale.var.inference.SharedCachePredictor;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenNoise;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.Modulations;
import io.nextscale.var.transformer.Positions;
import io.nextscale.var.transformer.VarTransformer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Raster-scan autoregression: the tokens of one grid one after the other, each by a call of the
 * transformer, with all earlier tokens in the KV cache. Everything else is as in the next-scale
 * loop: transformer and weights, the class in every block, guidance, sampling and noise.
 *
 * @param scales scales of the model; the last one is generated
 * @param positions position embedding (1, tokens, C), random: a model trained for this would have
 *     learned it
 */
record RasterScan(VarTransformer transformer, VqVae tokenizer, Scales scales, Tensor positions) {
  private static final Scales ONE_TOKEN = Scales.squares(1);
  private static final double POSITION_SIZE = 0.02;

  /**
   * Makes the loop of a model, with random positions in the scope that is open.
   *
   * @throws IllegalArgumentException if the model's first scale is not 1x1
   */
  static RasterScan of(InferenceModel model) {
    Scales scales = model.spec().scales();
    if (scales.get(0).tokens() != 1) {
      throw new IllegalArgumentException("first scale %s: expected 1x1".formatted(scales.get(0)));
    }
    Scale grid = scales.last();
    int width = model.spec().transformer().width();
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[grid.tokens() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-POSITION_SIZE, POSITION_SIZE);
    }
    Tensor table = Tensor.of(values, 1, grid.tokens(), width);
    return new RasterScan(model.transformer(), model.tokenizer(), scales, table);
  }

  /** The grid that is generated. */
  Scale grid() {
    return scales.last();
  }

  /**
   * Generates.
   *
   * @param classes one for each image
   * @param guidance t in (1+t)·conditional − t·unconditional, the same for every token
   * @param tokens number of tokens to generate; fewer than the grid has warm up
   * @return tokens, one row for each image; 0 where none was generated
   */
  long[][] run(long[] classes, double guidance, Sampling sampling, TokenNoise noise, int tokens) {
    int batch = classes.length;
    long[][] drawn = new long[batch][grid().tokens()];
    long[] labels = Arrays.copyOf(classes, 2 * batch);
    Arrays.fill(labels, batch, labels.length, transformer.config().classes());
    Scales grid = new Scales(List.of(grid()));
    SharedCachePredictor predictor = new ParallelPredictor(new CachedPredictor(transformer));
    try (SharedCachePredictor.SharedCacheRun run = predictor.begin(labels, scales, () -> {})) {
      TokenSampler sampler =
          new TokenSampler(new Drawing(sampling, noise), transformer.config().vocabularySize());
      long[] last = {};
      for (int i = 0; i < tokens; i++) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor input = i == 0 ? first(run.allRows().modulations()) : next(last, i);
          Tensor hidden = run.hiddenAt(i, ONE_TOKEN.list(), input);
          Tensor logits = sampler.exclude(run.logits(guided(hidden, guidance)));
          last = sampler.draw(logits, grid, 0, i).tokens();
        }
        for (int b = 0; b < batch; b++) {
          drawn[b][i] = last[b];
        }
      }
    }
    return drawn;
  }

  /** Looks up the codes of tokens: the decoder's input, (B, Cvae, h, w). */
  Tensor decoderInput(long[][] tokens) {
    long[] all = Arrays.stream(tokens).flatMapToLong(Arrays::stream).toArray();
    return tokenizer.codes(all, tokens.length, grid());
  }

  private Positions.ScalePositions at(int position) {
    return new Positions.ScalePositions(ONE_TOKEN, positions.narrow(1, position, 1));
  }

  private Tensor first(Modulations modulations) {
    return transformer.startInput(modulations, at(0));
  }

  /** Both halves of the guided batch see the same token. */
  private Tensor next(long[] last, int position) {
    Tensor codes = tokenizer.codes(last, last.length, ONE_TOKEN.get(0));
    Tensor input = transformer.scaleInput(0, codes, at(position));
    return Functional.cat(List.of(input, input), 0);
  }

  private static Tensor guided(Tensor hidden, double t) {
    long half = hidden.size(0) / 2;
    Tensor conditional = hidden.narrow(0, 0, half);
    Tensor unconditional = hidden.narrow(0, half, half);
    return conditional.mul(1 + t).sub(unconditional.mul(t));
  }
}
