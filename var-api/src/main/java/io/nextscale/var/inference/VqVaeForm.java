package io.nextscale.var.inference;

import io.nextscale.torch.cpu.OneDnn;
import io.nextscale.var.nn.NormSilu;
import io.nextscale.var.nn.Stage;
import io.nextscale.var.nn.Upsample2x;
import io.nextscale.var.tokenizer.VqVae;

/**
 * Brings an image tokenizer into the form that computes fastest, without gradients
 * (docs/decisions/0008-algebra-before-arithmetic.md).
 */
public final class VqVaeForm {
  private VqVaeForm() {}

  /**
   * Replaces stages of encoder and decoder by faster ones that compute the same, up to rounding.
   * The given tokenizer must not be used afterwards: replaced weights are freed.
   */
  public static VqVae of(VqVae plain) {
    return plain.map(VqVaeForm::stage);
  }

  private static Stage stage(Stage plain) {
    return switch (plain) {
      case NormSilu normSilu -> new NormSiluInPlace(normSilu.norm());
      case Upsample2x upsample when OneDnn.serves(upsample.conv().weight()) -> folded(upsample);
      default -> plain;
    };
  }

  private static Stage folded(Upsample2x plain) {
    Stage folded = FoldedUpsample2x.of(plain);
    plain.conv().weight().close();
    return folded;
  }
}
