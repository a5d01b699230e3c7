package io.nextscale.spark.model;

import io.nextscale.evaluate.EvaluationOptions;
import io.nextscale.evaluate.EvaluationProtocol;
import io.nextscale.evaluate.ImageEvaluator;
import java.io.Serial;

/**
 * Says where the Inception network of an evaluator is and how it computes.
 *
 * @param weights {@code pt_inception-2015-12-05-6726825d.pth}: a path on every executor and the
 *     driver, or {@code files:NAME} if Spark ships it ({@code --files})
 * @param protocol the evaluator whose figures are computed
 * @param anyWeights whether weights other than the official ones are allowed
 * @param threads of an operator; 0: as many as the executor has cores
 */
public record EvaluatorDescription(
    String weights, EvaluationProtocol protocol, boolean anyWeights, int threads)
    implements Loadable<ImageEvaluator> {
  @Serial private static final long serialVersionUID = 1;

  /** Describes OpenAI's evaluator with the official weights. */
  public static EvaluatorDescription of(String weights) {
    return new EvaluatorDescription(weights, EvaluationProtocol.OPENAI, false, 0);
  }

  /** Copies this with a protocol. */
  public EvaluatorDescription withProtocol(EvaluationProtocol value) {
    return new EvaluatorDescription(weights, value, anyWeights, threads);
  }

  /** Copies this, allowing any weights. */
  public EvaluatorDescription withAnyWeights() {
    return new EvaluatorDescription(weights, protocol, true, threads);
  }

  /** Copies this with a number of threads. */
  public EvaluatorDescription withThreads(int value) {
    return new EvaluatorDescription(weights, protocol, anyWeights, value);
  }

  @Override
  public ImageEvaluator load() {
    ExecutorChecksum.require(ModelFiles.path(weights), weights, null);
    EvaluationOptions options = EvaluationOptions.DEFAULTS.withProtocol(protocol).withBatch(1);
    return ImageEvaluator.load(
        ModelFiles.path(weights)
            .orElseThrow(
                () -> new SparkModelException(weights + ": expected a path, or files:NAME")),
        anyWeights ? options.withAnyWeights() : options);
  }

  @Override
  public long weightBytes() {
    return 0; // 91 MiB, within what is asked for beside weights
  }

  @Override
  public String toString() {
    return "network of the evaluation " + weights;
  }
}
