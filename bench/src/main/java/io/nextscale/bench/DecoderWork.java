package io.nextscale.bench;

import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.Scale;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The work of decoding one image, latent to pixels, by the convolutions of the published network.
 * An implementation with fewer products, such as one that convolves before it enlarges, may beat
 * the limit that follows from this work.
 *
 * @param parts work by part of the decoder, in the order of execution
 */
record DecoderWork(Map<String, Work> parts) {

  /** Counts for an image of the model's own size. */
  static DecoderWork of(ModelSpec spec, int bytesPerElement) {
    return of(spec, spec.scales().last(), bytesPerElement);
  }

  /**
   * Counts for an image of any size.
   *
   * @param latent grid of the latent
   * @param bytesPerElement bytes of an element of the decoder's weights
   */
  static DecoderWork of(ModelSpec spec, Scale latent, int bytesPerElement) {
    return new Counter(spec.tokenizer(), bytesPerElement).count(latent);
  }

  /** Adds up all parts. */
  Work total() {
    return parts.values().stream().reduce(Work.NONE, Work::plus);
  }

  /** Counts for one tokenizer. */
  private record Counter(TokenizerConfig config, int bytesPerElement) {
    DecoderWork count(Scale latent) {
      Map<String, Work> parts = new LinkedHashMap<>();
      int last = config.levels() - 1;
      int deepest = config.decoderChannels(last);
      double pixels = latent.tokens();
      int inner = config.latentChannels();
      parts.put(
          "post_quant_conv, conv_in",
          convolution(pixels, config.codeWidth(), inner, config.quantConvKernel())
              .plus(convolution(pixels, inner, deepest, 3)));
      parts.put("middle", middle(pixels, deepest));
      int in = deepest;
      for (int i = last; i >= 0; i--) {
        int out = config.decoderChannels(i);
        int times = 1 << (last - i);
        String size = latent.height() * times + "x" + latent.width() * times;
        boolean attention = i == last && config.lowAttention();
        parts.put("level " + size, level(pixels, in, out, attention));
        if (i > 0) {
          pixels *= 4;
          parts.put("upsample from " + size, convolution(pixels, out, out, 3));
        }
        in = out;
      }
      parts.put("conv_out", convolution(pixels, in, 3, 3));
      return new DecoderWork(parts);
    }

    private Work middle(double pixels, int channels) {
      Work blocks = residual(pixels, channels, channels).times(2);
      return config.middleAttention() ? blocks.plus(attention(pixels, channels)) : blocks;
    }

    private Work level(double pixels, int in, int out, boolean attention) {
      Work sum = residual(pixels, in, out);
      sum = sum.plus(residual(pixels, out, out).times(config.residualBlocks()));
      return attention ? sum.plus(attention(pixels, out).times(config.residualBlocks() + 1)) : sum;
    }

    private Work residual(double pixels, int in, int out) {
      Work both = convolution(pixels, in, out, 3).plus(convolution(pixels, out, out, 3));
      return in == out ? both : both.plus(convolution(pixels, in, out, 1));
    }

    /** Counts four 1×1 convolutions and the products of one head over all pixels. */
    private Work attention(double pixels, int channels) {
      return convolution(pixels, channels, 4 * channels, 1)
          .plus(Work.ofActivations(2 * pixels * pixels * channels));
    }

    private Work convolution(double pixels, double in, double out, int kernel) {
      return Work.computed(pixels, in * out * kernel * kernel, bytesPerElement);
    }
  }
}
