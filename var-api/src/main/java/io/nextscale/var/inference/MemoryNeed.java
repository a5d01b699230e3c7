package io.nextscale.var.inference;

import com.sun.management.OperatingSystemMXBean;
import io.nextscale.torch.Device;
import io.nextscale.torch.cpu.FreeMemory;
import io.nextscale.torch.cpu.SystemMemory;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Estimates the least memory that a generation takes besides the weights, and refuses a request
 * that the free memory cannot hold: an operating system that is out of memory ends the process
 * instead. docs/MEMORY.md explains the parts.
 *
 * @param states bytes of what mixers carry, such as keys and values of all positions
 * @param logits bytes of the last scale's logits, after guidance
 * @param decoding bytes of the largest feature maps while one image is decoded
 * @param modulations bytes of the modulations that the model keeps from image to image
 */
public record MemoryNeed(long states, long logits, long decoding, long modulations) {
  private static final int MAPS_AT_ONCE = 3;
  // other tensors, kernels and gaps: docs/experiments/0031-memory-of-the-first-image.md
  private static final long OTHER = 64L << 20;
  private static final double GIBI = 1L << 30;

  /**
   * Estimates the need of a generation.
   *
   * @param images images of the batch
   * @param guided whether each image takes two rows
   * @param bytesPerElement size of an element of feature maps, and of keys and values in a network
   *     that predicts scale by scale; those of raster models are float32
   */
  public static MemoryNeed of(
      ModelSpec spec, Scales scales, int images, boolean guided, int bytesPerElement) {
    TransformerConfig transformer = spec.transformer();
    TokenizerConfig tokenizer = spec.tokenizer();
    ImageSize size = spec.imageSize(scales);
    long rows = guided ? 2L * images : images;
    long row =
        (long) transformer.network().tokensAtOnce(scales)
            * transformer.vocabularySize()
            * Float.BYTES;
    boolean byScale = transformer.network().scaleByScale();
    long map = (long) size.height() * size.width() * tokenizer.decoderChannels(0);
    return new MemoryNeed(
        MixerStates.bytes(
            transformer, rows, scales.tokens(), byScale ? bytesPerElement : Float.BYTES),
        images * row,
        MAPS_AT_ONCE * map * bytesPerElement,
        byScale ? ModulationCache.bytes(transformer) : 0);
  }

  /**
   * Returns the peak in bytes: states and logits live together, decoding follows when both are
   * freed, modulations stay.
   */
  public long bytes() {
    return modulations + Math.max(states + logits, decoding);
  }

  /**
   * Checks that the memory that is free holds the need, by the machine's figures and by the limit
   * of the container; another device than the CPU refuses by itself.
   *
   * @param size size of each image, for the message
   * @param pending bytes that the model itself will take before it computes
   * @throws IllegalArgumentException if it does not
   */
  public void require(Device device, ImageSize size, long pending) {
    if (device.type() != Device.Type.CPU) {
      return;
    }
    long need = bytes() + pending + OTHER;
    FreeMemory free = free();
    if (need > free.bytes()) {
      SystemMemory.trim(); // what the allocator keeps for reuse
      free = free();
    }
    if (need > free.bytes()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "images of %s need %.2f GiB of memory or more%s, of the %s's %.2f GiB are %.2f free:"
                  + " %s",
              size,
              need / GIBI,
              pending > 0 ? String.format(Locale.ROOT, " (%.2f for weights)", pending / GIBI) : "",
              free.container() ? "container" : "machine",
              free.limit() / GIBI,
              free.bytes() / GIBI,
              "ask for smaller images, or fewer at once"));
    }
  }

  private static FreeMemory free() {
    return FreeMemory.now()
        .orElseGet(
            () -> {
              long total =
                  ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                      .getTotalMemorySize();
              return new FreeMemory(total, total, false);
            });
  }
}
