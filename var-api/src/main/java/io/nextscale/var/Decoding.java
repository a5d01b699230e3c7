package io.nextscale.var;

import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.tokenizer.VqVae;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes image by image, so that the result and the memory it takes do not depend on the batch.
 */
final class Decoding {
  private Decoding() {}

  /** The images of (B, Cvae, h, w), as the decoder leaves them: not clamped. */
  static List<PixelArray> decode(VqVae tokenizer, Tensor decoderInput) {
    List<PixelArray> images = new ArrayList<>();
    for (long b = 0; b < decoderInput.size(0); b++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor image = tokenizer.decode(decoderInput.narrow(0, b, 1));
        int height = (int) image.size(2);
        int width = (int) image.size(3);
        images.add(
            PixelArray.fromBatch(image.to(Device.CPU).contiguous().segment(), 0, height, width));
      }
    }
    return images;
  }
}
