package io.nextscale.cli.output;

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

/** Collects tokens, logits, latents and images of a generation, for {@code --trace}. */
public final class Trace implements AutoCloseable {
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

  /** Allocates native memory for the logits, which may exceed the largest Java array. */
  public Trace(ModelSpec spec, Scales scales, int images) {
    this.spec = spec;
    this.scales = scales;
    this.images = images;
    logits =
        arena.allocate((long) images * scales.tokens() * vocabulary() * Float.BYTES, Float.BYTES);
  }

  /**
   * Refuses a generation whose trace would not fit into Java arrays, before the work.
   *
   * @param batch number of images computed at a time
   */
  public static void requireRoom(ModelSpec spec, Scales scales, int images, int batch) {
    Scale last = scales.last();
    ImageSize size = spec.imageSize(scales);
    TensorFile.requireRoom(
        "--trace, logits of %s images of %s in a batch (fewer: --batch)".formatted(batch, size),
        batch,
        last.tokens(),
        spec.tokenizer().vocabularySize());
    TensorFile.requireRoom(
        "--trace, latents of %s images of %s".formatted(images, size),
        images,
        last.tokens(),
        spec.tokenizer().codeWidth());
    TensorFile.requireRoom(
        "--trace, %s images of %s".formatted(images, size), images, 3, size.height(), size.width());
    TensorFile.requireRoom(
        "--trace, tokens of %s images".formatted(images), images, scales.tokens());
  }

  private int vocabulary() {
    return spec.tokenizer().vocabularySize();
  }

  /**
   * Adds the logits of one scale or row, of the batch that begins with image {@code firstImage}.
   */
  public void addScale(int firstImage, ScaleEvent event) {
    float[] values = event.logits();
    Scale scale = event.scale();
    int row = scale.tokens() * vocabulary();
    for (int b = 0; b < values.length / row; b++) {
      long position = (long) (firstImage + b) * scales.tokens() + event.position();
      MemorySegment.copy(
          values,
          b * row,
          logits,
          ValueLayout.JAVA_FLOAT,
          position * vocabulary() * Float.BYTES,
          row);
    }
  }

  /** Adds the results of a batch. */
  public void addBatch(GenerationResult result) {
    drawn.addAll(Arrays.asList(result.drawn().tokens()));
    used.addAll(Arrays.asList(result.tokens().tokens()));
    latents.add(result.latent());
    result.images().stream().map(GeneratedImage::pixels).forEach(decoded::add);
    kept = result.kept();
  }

  /** Writes the file whole or not at all. */
  public void write(Path file, Map<String, String> metadata) {
    Scale grid = scales.last();
    long length = scales.tokens();
    long codeWidth = spec.tokenizer().codeWidth();
    TensorFile tensors =
        new TensorFile()
            .addTokens("tokens", maps(drawn))
            .add("logits", DType.FLOAT32, logits, images, length, vocabulary())
            .add("latent", joined(latents), images, codeWidth, grid.height(), grid.width())
            .addImages("decoded", decoded);
    if (kept.length > 0) {
      tensors.addTokens("used", maps(used)).add("kept", keptOfAll(), images, length);
    }
    tensors.write(file, metadata);
  }

  private TokenMaps maps(List<long[]> rows) {
    return new TokenMaps(scales, rows.toArray(long[][]::new));
  }

  /** The mask repeated for each image: 1 where the token of the given image was kept. */
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
