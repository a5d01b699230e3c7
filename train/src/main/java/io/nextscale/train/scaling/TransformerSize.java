package io.nextscale.train.scaling;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.optim.Parameters;
import io.nextscale.train.transformer.TransformerLoss;
import io.nextscale.train.transformer.TransformerInitialization;

/**
 * How many numbers of a transformer are trained.
 *
 * @param blocks those of the blocks
 * @param all with embeddings, positions and head
 */
record TransformerSize(long blocks, long all) {
  static TransformerSize of(TransformerLoss loss) {
    try (Parameters parameters = new Parameters(TransformerInitialization.weights(loss.config(), 0, 0));
        TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      loss.read(parameters);
      long blocks =
          parameters.all().entrySet().stream()
              .filter(entry -> entry.getKey().startsWith("blocks."))
              .map(entry -> entry.getValue())
              .mapToLong(Tensor::numel)
              .sum();
      return new TransformerSize(blocks, parameters.count());
    }
  }
}
