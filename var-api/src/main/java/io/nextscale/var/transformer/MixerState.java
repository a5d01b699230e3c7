package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;
import java.util.function.Supplier;

/**
 * State that a mixer carries from scale to scale, in the parts that its configuration states
 * ({@link io.nextscale.var.config.MixerConfig#state}).
 */
public interface MixerState {
  /**
   * Adds the entries of the pass's tokens to a part that has one for each token.
   *
   * @param own (B, heads, l, width)
   * @return the entries of all tokens so far, (B, heads, L, width)
   */
  Tensor extend(int part, Tensor own);

  /**
   * Returns a part of constant size as the tokens before this pass left it.
   *
   * @param start makes the part for the first token of a run
   */
  Tensor before(int part, Supplier<Tensor> start);

  /** Sets a part of constant size for the tokens after this pass. */
  void after(int part, Tensor value);

  /** The state of a pass before which there is nothing, and after which nothing follows. */
  MixerState NONE =
      new MixerState() {
        @Override
        public Tensor extend(int part, Tensor own) {
          return own;
        }

        @Override
        public Tensor before(int part, Supplier<Tensor> start) {
          return start.get();
        }

        @Override
        public void after(int part, Tensor value) {}
      };
}
