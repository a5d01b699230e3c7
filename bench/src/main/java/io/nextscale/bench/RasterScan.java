package io.nextscale.bench;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.generate.Sampling;
import io.nextscale.var.generate.TokenNoise;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.CachedRows;
import io.nextscale.var.transformer.Modulations;
import io.nextscale.var.transformer.Positions;
import io.nextscale.var.transformer.VarTransformer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Raster-scan autoregression: the tokens of one grid one after the other, each a call of the
 * transformer, with all earlier ones in the KV cache. Everything else is as in the next-scale loop:
 * the transformer and its weights, the class in every block, guidance, filter and noise.
 *
 * @param grid of the image
 * @param positions (1, tokens, C): what a model trained for this would have learned; here any
 *     numbers
 */
record RasterScan(VarTransformer transformer, VqVae tokenizer, Scale grid, Tensor positions) {
  private static final Scales ONE_TOKEN = Scales.squares(1);
  private static final double POSITION_SIZE = 0.02;

  /** With numbers for positions. */
  static RasterScan of(VarTransformer transformer, VqVae tokenizer, Scale grid) {
    if (transformer.startPosition().size(1) != 1) {
      throw new IllegalArgumentException("a model whose first scale is 1x1 is expected");
    }
    int width = transformer.config().width();
    SplittableRandom random = new SplittableRandom(1);
    float[] numbers = new float[grid.tokens() * width];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextDouble(-POSITION_SIZE, POSITION_SIZE);
    }
    Tensor table = Tensor.of(numbers, 1, grid.tokens(), width);
    return new RasterScan(transformer, tokenizer, grid, table);
  }

  /**
   * Generates.
   *
   * @param classes one for each image
   * @param guidance t in (1+t)·conditional − t·unconditional, the same for every token
   * @param tokens how many to make: fewer than the grid has are for warming up
   * @return one row for each image; 0 where no token was made
   */
  long[][] run(long[] classes, double guidance, Sampling sampling, TokenNoise noise, int tokens) {
    int batch = classes.length;
    long[][] drawn = new long[batch][grid.tokens()];
    long[] labels = Arrays.copyOf(classes, 2 * batch);
    Arrays.fill(labels, batch, labels.length, transformer.config().classes());
    try (CachedRows rows = transformer.begin(labels, grid.tokens())) {
      RasterSampler sampler =
          new RasterSampler(sampling, noise, transformer.config().vocabularySize());
      long[] last = {};
      for (int i = 0; i < tokens; i++) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor input = i == 0 ? first(rows.modulations()) : next(last, i);
          Tensor features = transformer.features(input, rows, i, () -> {});
          last = sampler.draw(transformer.logits(guided(features, guidance)), i);
        }
        for (int b = 0; b < batch; b++) {
          drawn[b][i] = last[b];
        }
      }
    }
    return drawn;
  }

  /** What the decoder makes the images of: (B, Cvae, h, w). */
  Tensor decoderInput(long[][] tokens) {
    long[] all = Arrays.stream(tokens).flatMapToLong(Arrays::stream).toArray();
    return tokenizer.codes(all, tokens.length, grid);
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

  private static Tensor guided(Tensor features, double t) {
    long half = features.size(0) / 2;
    Tensor conditional = features.narrow(0, 0, half);
    Tensor unconditional = features.narrow(0, half, half);
    return conditional.mul(1 + t).sub(unconditional.mul(t));
  }
}
