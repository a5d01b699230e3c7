package io.nextscale.var.inference;

import com.sun.management.OperatingSystemMXBean;
import io.nextscale.torch.Device;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.lang.management.ManagementFactory;

/**
 * Estimates the least memory that a generation takes besides the weights, and refuses a request
 * that the machine cannot hold: an operating system that is out of memory ends the process instead.
 * docs/MEMORY.md explains the parts.
 *
 * @param cache bytes of keys and values of all positions
 * @param logits bytes of the last scale's logits, after guidance
 * @param decoding bytes of the largest feature maps while one image is decoded
 */
public record MemoryNeed(long cache, long logits, long decoding) {
  private static final int MAPS_AT_ONCE = 3;
  private static final long GIBI = 1L << 30;

  /**
   * Estimates the need of a generation.
   *
   * @param images images of the batch
   * @param guided whether each image takes two rows
   * @param bytesPerElement size of an element of keys, values and feature maps
   */
  public static MemoryNeed of(
      ModelSpec spec, Scales scales, int images, boolean guided, int bytesPerElement) {
    TransformerConfig transformer = spec.transformer();
    TokenizerConfig tokenizer = spec.tokenizer();
    ImageSize size = spec.imageSize(scales);
    long rows = guided ? 2L * images : images;
    long perPosition = 2L * transformer.depth() * transformer.width() * bytesPerElement;
    long row = (long) scales.last().tokens() * transformer.vocabularySize() * Float.BYTES;
    long map = (long) size.height() * size.width() * tokenizer.decoderChannels(0);
    return new MemoryNeed(
        rows * scales.tokens() * perPosition, images * row, MAPS_AT_ONCE * map * bytesPerElement);
  }

  /**
   * Returns the peak in bytes: cache and logits live together, decoding follows when both are
   * freed.
   */
  public long bytes() {
    return Math.max(cache + logits, decoding);
  }

  /**
   * Checks that the machine's whole memory holds the need; another device than the CPU refuses by
   * itself.
   *
   * @param size size of each image, for the message
   * @throws IllegalArgumentException if it does not
   */
  public void require(Device device, ImageSize size) {
    if (device.type() != Device.Type.CPU) {
      return;
    }
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    if (bytes() > machine.getTotalMemorySize()) {
      throw new IllegalArgumentException(
          "images of %s need %s GiB of memory or more, the machine has %s: %s"
              .formatted(
                  size,
                  bytes() / GIBI + 1,
                  machine.getTotalMemorySize() / GIBI,
                  "ask for smaller images, or fewer at once"));
    }
  }
}
