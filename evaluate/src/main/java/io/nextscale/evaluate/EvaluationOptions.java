package io.nextscale.evaluate;

import io.nextscale.torch.DType;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * How an evaluator computes.
 *
 * @param protocol the evaluator whose figures are computed
 * @param dtype element type of the network: {@link DType#FLOAT32}, or {@link DType#BFLOAT16}, which
 *     is faster on some processors and moves the figures
 * @param batch images that the network computes together, at least 1
 * @param anyWeights whether weights other than the official ones are allowed
 * @param features folder for the features of images, so that an interrupted evaluation goes on;
 *     else they are kept in a temporary file
 * @param kernelSubsets the subsets of the kernel distance; without them it is not computed
 * @param listener is told how many images of a set are done
 * @param cancelled is asked before each batch; true ends the evaluation with a {@link
 *     java.util.concurrent.CancellationException}
 */
public record EvaluationOptions(
    EvaluationProtocol protocol,
    DType dtype,
    int batch,
    boolean anyWeights,
    Optional<Path> features,
    Optional<KernelSubsets> kernelSubsets,
    EvaluationListener listener,
    BooleanSupplier cancelled) {

  /** The defaults: OpenAI's protocol in float32, batches of 16, the official weights. */
  public static final EvaluationOptions DEFAULTS =
      new EvaluationOptions(
          EvaluationProtocol.OPENAI,
          DType.FLOAT32,
          16,
          false,
          Optional.empty(),
          Optional.empty(),
          (set, done, total) -> {},
          () -> false);

  /** Throws {@link IllegalArgumentException} for another type or batch. */
  public EvaluationOptions {
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(features, "features");
    Objects.requireNonNull(kernelSubsets, "kernelSubsets");
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(cancelled, "cancelled");
    if (dtype != DType.FLOAT32 && dtype != DType.BFLOAT16) {
      throw new IllegalArgumentException(
          "dtype is %s: expected FLOAT32 or BFLOAT16".formatted(dtype));
    }
    if (batch < 1 || batch > 1024) {
      throw new IllegalArgumentException("batch is %s: expected 1 to 1024".formatted(batch));
    }
  }

  /** Returns the same options with another protocol. */
  public EvaluationOptions withProtocol(EvaluationProtocol value) {
    return new EvaluationOptions(
        value, dtype, batch, anyWeights, features, kernelSubsets, listener, cancelled);
  }

  /** Returns the same options with another element type. */
  public EvaluationOptions withDtype(DType value) {
    return new EvaluationOptions(
        protocol, value, batch, anyWeights, features, kernelSubsets, listener, cancelled);
  }

  /** Returns the same options with another batch. */
  public EvaluationOptions withBatch(int value) {
    return new EvaluationOptions(
        protocol, dtype, value, anyWeights, features, kernelSubsets, listener, cancelled);
  }

  /** Returns the same options, allowing any weights. */
  public EvaluationOptions withAnyWeights() {
    return new EvaluationOptions(
        protocol, dtype, batch, true, features, kernelSubsets, listener, cancelled);
  }

  /** Returns the same options, keeping features in a folder. */
  public EvaluationOptions withFeatures(Path folder) {
    return new EvaluationOptions(
        protocol,
        dtype,
        batch,
        anyWeights,
        Optional.of(folder),
        kernelSubsets,
        listener,
        cancelled);
  }

  /** Returns the same options, with the kernel distance (KID) among the figures. */
  public EvaluationOptions withKernelDistance(KernelSubsets subsets) {
    return new EvaluationOptions(
        protocol, dtype, batch, anyWeights, features, Optional.of(subsets), listener, cancelled);
  }

  /** Returns the same options with a listener. */
  public EvaluationOptions withListener(EvaluationListener value) {
    return new EvaluationOptions(
        protocol, dtype, batch, anyWeights, features, kernelSubsets, value, cancelled);
  }

  /** Returns the same options with a question that ends the evaluation when answered true. */
  public EvaluationOptions withCancelled(BooleanSupplier value) {
    return new EvaluationOptions(
        protocol, dtype, batch, anyWeights, features, kernelSubsets, listener, value);
  }
}
