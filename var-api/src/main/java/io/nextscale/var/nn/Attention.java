package io.nextscale.var.nn;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** Scaled dot-product attention of several heads. */
public interface Attention {
  /**
   * Computes {@code softmax(scale · query · keyᵀ + mask) · value} for every head.
   *
   * @param query (B, H, l, d)
   * @param key (B, H, L, d)
   * @param value (B, H, L, d)
   * @param mask added to the scores, broadcast to (B, 1, l, L), or none
   * @return (B, H, l, d), in memory as (B, l, H, d)
   */
  Tensor attend(Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale);

  /** Returns the attention, with a derivative, that suits an element type on a device. */
  static Attention of(DType dtype, Device device) {
    return dtype == DType.BFLOAT16 && device.type() == Device.Type.CPU
        ? ChunkedAttention.withMaximum()
        : new FusedAttention();
  }
}
