package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ScaleEvent;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Collects what happened in a generation, for {@code --trace}. */
final class Trace implements AutoCloseable {
  private final ModelSpec spec;
  private final Scales scales;
  private final int images;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment logits;
  private final List<long[]> drawn = new ArrayList<>();
  private final List<long[]> used = new ArrayList<>();
  private final List<float[]> latents = new ArrayList<>();
  private final List<PixelArray> decoded = new ArrayList<>();
  private boolean[] kept = {};

  /** The logits of many images exceed the largest Java array, so they lie in native memory. */
  Trace(ModelSpec spec, Scales scales, int images) {
    this.spec = spec;
    this.scales = scales;
    this.images = images;
    logits =
        arena.allocate((long) images * scales.tokens() * vocabulary() * Float.BYTES, Float.BYTES);
  }

  /** Refuses what could not be collected, before the work. */
  static void requireRoom(ModelSpec spec, Scales scales, int images, int batch) {
    Scale last = scales.last();
    ImageSize size = spec.imageSize(scales);
    ArrayLimit.require(
        "--trace, logits of " + batch + " images of " + size + " at once (fewer: --batch)",
        batch,
        last.tokens(),
        spec.tokenizer().vocabularySize());
    ArrayLimit.require(
        "--trace, latents of " + images + " images of " + size,
        images,
        last.tokens(),
        spec.tokenizer().codeWidth());
    ArrayLimit.require(
        "--trace, " + images + " images of " + size, images, 3, size.height(), size.width());
    ArrayLimit.require("--trace, tokens of " + images + " images", images, scales.tokens());
  }

  private int vocabulary() {
    return spec.tokenizer().vocabularySize();
  }

  /** Copies the logits of one scale of the batch that begins at an image. */
  void scale(int firstImage, ScaleEvent event) {
    float[] values = event.logits();
    Scale scale = event.scale();
    int row = scale.tokens() * vocabulary();
    for (int b = 0; b < values.length / row; b++) {
      long position = (long) (firstImage + b) * scales.tokens() + scales.start(event.index());
      MemorySegment.copy(
          values,
          b * row,
          logits,
          ValueLayout.JAVA_FLOAT,
          position * vocabulary() * Float.BYTES,
          row);
    }
  }

  /** Copies the results of a batch. */
  void batch(GenerationResult result) {
    drawn.addAll(Arrays.asList(result.drawn().tokens()));
    used.addAll(Arrays.asList(result.tokens().tokens()));
    latents.add(result.latent());
    result.images().stream().map(GeneratedImage::pixels).forEach(decoded::add);
    kept = result.kept();
  }

  /** Writes the file. */
  void write(Path file, Map<String, String> metadata) {
    Scale grid = scales.last();
    long length = scales.tokens();
    long codeWidth = spec.tokenizer().codeWidth();
    Tensors tensors =
        new Tensors()
            .tokens("tokens", maps(drawn))
            .add("logits", DType.FLOAT32, logits, images, length, vocabulary())
            .add("latent", joined(latents), images, codeWidth, grid.height(), grid.width())
            .images("decoded", decoded);
    if (kept.length > 0) {
      tensors.tokens("used", maps(used)).add("kept", keptOfAll(), images, length);
    }
    tensors.write(file, metadata);
  }

  private TokenMaps maps(List<long[]> rows) {
    return new TokenMaps(scales, rows.toArray(long[][]::new));
  }

  /** The mask once for each image, 1 where the image's own token was kept. */
  private long[] keptOfAll() {
    long[] all = new long[images * kept.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = kept[i % kept.length] ? 1 : 0;
    }
    return all;
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  @Override
  public void close() {
    arena.close();
  }
}
