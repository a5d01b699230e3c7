package io.nextscale.train.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.ImageCache;
import io.nextscale.train.data.RgbImage;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The tokens of all images, encoded once for a transformer's training. Of each image there is a
 * plain copy and, if wanted, augmented ones.
 */
public final class TokenCache {
  private static final String TOKENS = "tokens";
  private static final int TOGETHER = 8;

  private final Scales scales;
  private final int images;
  private final long[][] tokens; // copy after copy, image after image

  private TokenCache(Scales scales, int images, long[][] tokens) {
    this.scales = scales;
    this.images = images;
    this.tokens = tokens;
  }

  /**
   * Encodes images.
   *
   * @param scales of the tokens; every scale that {@link #maps} will be called with
   * @param augmentation of all copies but the first
   * @param copies of each image, at least 1
   * @param progress is told how many are done, of {@code copies · images}; may throw to stop
   */
  public static TokenCache encode(
      VqVae tokenizer,
      Scales scales,
      ImageCache images,
      Augmentation augmentation,
      int copies,
      long seed,
      IntConsumer progress) {
    int count = images.count();
    int size = images.size();
    int plane = 3 * size * size;
    long[][] tokens = new long[Math.multiplyExact(count, copies)][];
    for (int first = 0; first < tokens.length; first += TOGETHER) {
      int batch = Math.min(TOGETHER, tokens.length - first);
      float[] pixels = new float[batch * plane];
      for (int i = 0; i < batch; i++) {
        int image = (first + i) % count;
        float[] values =
            pixels(
                images.image(image),
                images.label(image),
                size,
                augmentation,
                (first + i) / count,
                seed + first + i);
        System.arraycopy(values, 0, pixels, i * plane, plane);
      }
      try (TensorScope scope = TensorScope.open();
          GradMode mode = GradMode.disabled()) {
        Tensor latent = tokenizer.encode(Tensor.of(pixels, batch, 3, size, size));
        long[][] found = tokenizer.quantize(latent, scales).tokens();
        System.arraycopy(found, 0, tokens, first, batch);
      }
      progress.accept(first + batch);
    }
    return new TokenCache(scales, count, tokens);
  }

  /**
   * Makes the cache of tokens that were encoded elsewhere, such as on a cluster.
   *
   * @param scales of the tokens
   * @param images number of images, each counted once; at least 1
   * @param tokens copy after copy, image after image, as {@link #encode} orders them; not copied
   * @throws IllegalArgumentException if they are no whole number of copies, or one has another
   *     length
   */
  public static TokenCache of(Scales scales, int images, long[][] tokens) {
    if (images < 1 || tokens.length == 0 || tokens.length % images != 0) {
      throw new IllegalArgumentException(
          "tokens of %s copies of %s images: expected at least one of each, and all of each copy"
              .formatted(tokens.length, images));
    }
    return new TokenCache(scales, images, new TokenMaps(scales, tokens).tokens());
  }

  /**
   * The pixels of a copy that is encoded: a function of the arguments alone.
   *
   * @param augmentation of all copies but the first
   * @param copy 0 for the plain one
   * @param seed that of the training plus the place of the copy in the cache
   * @return (3, size, size) in [-1, 1]
   */
  public static float[] pixels(
      RgbImage image, int label, int size, Augmentation augmentation, int copy, long seed) {
    return copy == 0
        ? Augmentation.NONE.apply(image.centre(size), label, size, seed)
        : augmentation.apply(image, label, size, seed);
  }

  /** Number of images, each counted once. */
  public int images() {
    return images;
  }

  /** Number of copies of each image. */
  public int copies() {
    return tokens.length / images;
  }

  /**
   * Tokens of some images at some of the scales.
   *
   * @param indices of the images
   * @param copies one for each, 0 being the plain one
   * @throws IllegalArgumentException if a scale is not among those kept
   */
  public TokenMaps maps(int[] indices, int[] copies, Scales wanted) {
    long[][] maps = new long[indices.length][wanted.tokens()];
    for (int k = 0; k < wanted.count(); k++) {
      Scale scale = wanted.get(k);
      int kept = scales.list().indexOf(scale);
      if (kept < 0) {
        throw new IllegalArgumentException(
            "scale " + scale + ": tokens were kept of " + scales + " only");
      }
      for (int b = 0; b < indices.length; b++) {
        long[] all = tokens[copies[b] * images + indices[b]];
        System.arraycopy(all, scales.start(kept), maps[b], wanted.start(k), scale.tokens());
      }
    }
    return new TokenMaps(wanted, maps);
  }

  /**
   * Writes all tokens.
   *
   * @param file safetensors, written whole or not at all
   */
  public void save(Path file) {
    long[] all = new long[Math.multiplyExact(tokens.length, scales.tokens())];
    for (int i = 0; i < tokens.length; i++) {
      System.arraycopy(tokens[i], 0, all, i * scales.tokens(), scales.tokens());
    }
    long[] shape = {copies(), images, scales.tokens()};
    SafetensorsWriter.write(file, List.of(StoredTensor.of(TOKENS, all, shape)), Map.of());
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @param scales as they were kept
   * @param copies as they were made
   * @param vocabulary number of codes
   * @throws CheckpointException if the file is malformed or for other images
   */
  public static TokenCache load(Path file, Scales scales, int images, int copies, int vocabulary) {
    try (Checkpoint checkpoint = Checkpoint.open(file);
        TensorScope scope = TensorScope.open()) {
      int each = scales.tokens();
      Tensor stored =
          new CheckpointWeights(checkpoint)
              .get(TOKENS, copies, images, each)
              .filter(found -> found.dtype() == DType.INT64)
              .filter(found -> Arrays.equals(found.shape(), new long[] {copies, images, each}))
              .orElseThrow(
                  () ->
                      new CheckpointException(
                          file,
                          TOKENS,
                          "int64, %s copies of %s images with %s tokens each"
                              .formatted(copies, images, each),
                          "something else"));
      long[] all = stored.toLongs();
      long[][] tokens = new long[copies * images][each];
      for (int i = 0; i < tokens.length; i++) {
        System.arraycopy(all, i * each, tokens[i], 0, each);
      }
      try {
        new TokenMaps(scales, tokens).requireVocabulary(vocabulary);
      } catch (IllegalArgumentException e) {
        throw new CheckpointException(
            file, TOKENS, "tokens of " + vocabulary + " codes", String.valueOf(e.getMessage()), e);
      }
      return new TokenCache(scales, images, tokens);
    }
  }

  /** Writes numbers and scales, not the tokens. */
  @Override
  public String toString() {
    return "TokenCache[%s images, %s copies of each, scales %s]"
        .formatted(images, tokens.length / images, scales);
  }
}
