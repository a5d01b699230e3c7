package io.nextscale.var.raster;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.transformer.MixerState;
import io.nextscale.var.transformer.Pass;
import java.util.Arrays;
import java.util.List;

/**
 * Predicts every token from the true tokens before it, in one causal pass (teacher forcing).
 *
 * @param network predicts the tokens
 */
public record RasterForcing(RasterNetwork network) {
  /**
   * Computes the logits of all tokens.
   *
   * @param truth the token maps of B images, one map each
   * @param classes one class per image; classes are never dropped
   * @param interruption called before each block; may throw to end the pass
   * @return float32 (B, n, V) in the caller's scope
   * @throws IllegalArgumentException if a token or a class does not exist
   */
  public Tensor logits(TokenMaps truth, long[] classes, Runnable interruption) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(network.logits(hidden(truth, classes, interruption)));
    }
  }

  /** Computes the hidden states (B, n, C) of which {@link #logits} are made. */
  public Tensor hidden(TokenMaps truth, long[] classes, Runnable interruption) {
    truth.requireVocabulary(network.config().vocabularySize());
    int length = truth.scales().tokens();
    try (TensorScope scope = TensorScope.open()) {
      RasterNetwork.Conditioned conditioned = network.of(classes);
      long[][] inputs =
          Arrays.stream(truth.tokens())
              .map(row -> Arrays.copyOf(row, length - 1))
              .toArray(long[][]::new);
      Pass pass = new Causal(mask(length, network.keyType(), network.device()));
      Tensor all = Functional.cat(List.of(conditioned.start(), conditioned.following(inputs)), 1);
      return scope.keep(conditioned.hidden(all, 0, pass, interruption));
    }
  }

  /** A pass over a whole sequence. */
  private record Causal(Tensor mask) implements Pass {
    @Override
    public List<Scale> scales() {
      return List.of(); // no mixer of a raster network asks: its order is that of the sequence
    }

    @Override
    public MixerState state(int block, int mixer) {
      return MixerState.NONE;
    }
  }

  /** Makes the mask that hides later positions, 0 or −∞, (1, 1, L, L). */
  private static Tensor mask(int length, DType dtype, Device device) {
    float[] mask = new float[length * length];
    for (int i = 0; i < length; i++) {
      Arrays.fill(mask, i * length + i + 1, (i + 1) * length, Float.NEGATIVE_INFINITY);
    }
    return Tensor.of(mask, 1, 1, length, length).to(dtype).to(device);
  }
}
