package io.nextscale.evaluate;

import io.nextscale.evaluate.inception.InputScaling;
import java.util.Locale;

/**
 * The evaluator whose figures are computed. All of them use the network of 2015-12-05; they resize
 * images in other ways, and their figures cannot be compared with each other.
 */
public enum EvaluationProtocol {
  /** OpenAI's evaluator of guided-diffusion, which VAR, FlexVAR and most tables use. */
  OPENAI(InputScaling.TENSORFLOW),
  /** pytorch-fid. */
  PYTORCH_FID(InputScaling.PYTORCH),
  /** clean-fid in its mode "clean". */
  CLEAN(InputScaling.PILLOW);

  private final InputScaling scaling;

  EvaluationProtocol(InputScaling scaling) {
    this.scaling = scaling;
  }

  InputScaling scaling() {
    return scaling;
  }

  /** Name on the command line and in files: {@code openai}, {@code pytorch-fid}, {@code clean}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
