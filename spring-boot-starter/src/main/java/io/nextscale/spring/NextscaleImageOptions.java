package io.nextscale.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.image.ImageOptions;

/**
 * Options of a prompt. {@code null} means: not given.
 *
 * @param n number of images, 1 by default
 * @param height of the images in pixels, for models whose scales are free
 * @param width of the images in pixels, with {@code height}
 * @param seed of the first image; image i has seed + i; random by default
 * @param cfg strength of classifier-free guidance; the model's by default
 */
public record NextscaleImageOptions(
    @Nullable Integer n,
    @Nullable Integer height,
    @Nullable Integer width,
    @Nullable Long seed,
    @Nullable Double cfg)
    implements ImageOptions {
  /** Options with a seed only. */
  public static NextscaleImageOptions ofSeed(long seed) {
    return new NextscaleImageOptions(null, null, null, seed, null);
  }

  @Override
  public @Nullable Integer getN() {
    return n;
  }

  @Override
  public @Nullable Integer getWidth() {
    return width;
  }

  @Override
  public @Nullable Integer getHeight() {
    return height;
  }

  @Override
  public @Nullable String getModel() {
    return null;
  }

  @Override
  public @Nullable String getResponseFormat() {
    return null;
  }

  @Override
  public @Nullable String getStyle() {
    return null;
  }
}
