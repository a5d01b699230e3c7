package io.nextscale.var.transformer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scale;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens that an attention sees. */
enum AttentionReach {
  /** Those of the own scale and of all earlier ones, whose keys and values are the state. */
  EARLIER_SCALES {
    @Override
    Tensor attend(
        Heads heads, Tensor query, Tensor key, Tensor value, Pass pass, MixerState state) {
      return heads.attend(query, state.extend(0, key), state.extend(1, value), pass.mask());
    }
  },

  /** Those of the own scale: one attention for each scale of the pass, and no state. */
  OWN_SCALE {
    @Override
    Tensor attend(
        Heads heads, Tensor query, Tensor key, Tensor value, Pass pass, MixerState state) {
      if (pass.scales().size() == 1) {
        return heads.attend(query, key, value, null);
      }
      List<Tensor> parts = new ArrayList<>();
      long start = 0;
      for (Scale scale : pass.scales()) {
        long length = scale.tokens();
        parts.add(
            heads.attend(
                query.narrow(2, start, length),
                key.narrow(2, start, length),
                value.narrow(2, start, length),
                null));
        start += length;
      }
      return Functional.cat(parts, 2);
    }
  };

  /** Computes an attention of all heads. */
  interface Heads {
    /** See {@link io.nextscale.var.nn.Attention#attend}. */
    Tensor attend(Tensor query, Tensor key, Tensor value, @Nullable Tensor mask);
  }

  /**
   * Attends.
   *
   * @param query of the pass's tokens, (B, H, l, d); likewise key and value
   * @return (B, H, l, d)
   */
  abstract Tensor attend(
      Heads heads, Tensor query, Tensor key, Tensor value, Pass pass, MixerState state);
}
