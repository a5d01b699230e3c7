package io.nextscale.bench;

import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.Scale;
import java.util.Collections;
import java.util.List;

/** Counts the floating-point operations of one guided image, of two rows, without the decoder. */
final class RasterWork {
  private static final int ROWS = 2;

  private RasterWork() {}

  /**
   * Counts the products of the blocks' linear layers, what their mixers do besides ({@link
   * MixerWork}), and the head, which sees one row; modulations and element-wise operations are left
   * out.
   */
  static double flops(ModelSpec spec) {
    TransformerConfig config = spec.transformer();
    double tokens = 0;
    double mixing = 0;
    for (Scale step : steps(spec)) {
      mixing += MixerWork.multiplyAdds(config, step.tokens(), tokens);
      tokens += step.tokens();
    }
    double head = (double) config.width() * config.vocabularySize() * tokens;
    return 2 * (ROWS * (config.linearParameterCount() * tokens + mixing) + head);
  }

  /** The tokens that are predicted at once: a scale, or one token. */
  static List<Scale> steps(ModelSpec spec) {
    return spec.transformer().network().scaleByScale()
        ? spec.scales().list()
        : Collections.nCopies(spec.scales().tokens(), new Scale(1, 1));
  }
}
