package io.nextscale.train.transformer;

import io.nextscale.evaluate.ImageEvaluator;
import io.nextscale.evaluate.feature.ImageFeatures;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.InceptionFeatures;
import io.nextscale.evaluate.metric.FrechetDistance;
import io.nextscale.evaluate.metric.Gaussian;
import io.nextscale.evaluate.metric.Moments;
import io.nextscale.train.data.ImageCache;
import io.nextscale.train.data.ImageDataException;
import io.nextscale.train.data.RgbImage;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The Fréchet distance (FID) of images that a model generates during its training from held-out
 * images. Always the same classes and seeds, so that its values compare with each other; few images
 * bias them upwards, so that they compare with no table.
 */
public final class HeldOutFid implements AutoCloseable {
  /** Name of the figure. */
  public static final String COLUMN = "held_out_fid";

  private static final int TOGETHER = 16;

  private final ImageEvaluator evaluator;
  private final int samples;
  private final IntConsumer progress;
  private final Gaussian heldOut;

  /**
   * Computes the features of the held-out images.
   *
   * @param evaluator computes the features; this closes it
   * @param heldOut at least 2 images
   * @param samples images that are generated, at least 2
   * @param progress is told the number of images that are generated, after each batch
   * @throws ImageDataException if there is only one held-out image
   */
  public HeldOutFid(
      ImageEvaluator evaluator, ImageCache heldOut, int samples, IntConsumer progress) {
    this.evaluator = evaluator;
    this.samples = samples;
    this.progress = progress;
    boolean complete = false;
    try {
      requireImages(heldOut.count());
      this.heldOut =
          gaussian(
              heldOut.count(),
              start ->
                  IntStream.range(start, Math.min(start + TOGETHER, heldOut.count()))
                      .mapToObj(i -> samples(heldOut.image(i)))
                      .toList());
      complete = true;
    } finally {
      if (!complete) {
        evaluator.close();
      }
    }
  }

  /**
   * Checks that there are enough images for a covariance.
   *
   * @param heldOut their number, at least 1
   * @throws ImageDataException if there is only one
   */
  public static void requireImages(int heldOut) {
    if (heldOut < 2) {
      throw new ImageDataException("1 held-out image: a Fréchet distance needs at least 2");
    }
  }

  /**
   * Generates images and computes their distance.
   *
   * @param generator of the model as it is now
   * @return at least 0
   */
  public double of(ImageGenerator generator) {
    int classes = generator.spec().noClass();
    Gaussian generated =
        gaussian(
            samples,
            start -> {
              int end = Math.min(start + TOGETHER, samples);
              int[] labels = IntStream.range(start, end).map(i -> i % classes).toArray();
              List<GeneratedImage> images =
                  generator.generate(GenerationRequest.of(labels).seed(start).build()).images();
              progress.accept(end);
              return images.stream().map(each -> RgbSamples.of(each.toBufferedImage())).toList();
            });
    return FrechetDistance.between(generated, heldOut);
  }

  private Gaussian gaussian(int count, IntFunction<List<RgbSamples>> batch) {
    Moments moments = new Moments(InceptionFeatures.POOLED);
    for (int start = 0; start < count; start += TOGETHER) {
      for (ImageFeatures each : evaluator.features(batch.apply(start))) {
        moments.add(each.pooled(), 0);
      }
    }
    return moments.gaussian();
  }

  private static RgbSamples samples(RgbImage image) {
    return new RgbSamples(image.height(), image.width(), image.levels());
  }

  /** Frees the network. */
  @Override
  public void close() {
    evaluator.close();
  }
}
