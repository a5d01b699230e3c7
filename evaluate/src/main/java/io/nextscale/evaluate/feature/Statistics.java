package io.nextscale.evaluate.feature;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.metric.Gaussian;
import io.nextscale.evaluate.npz.NpyStream;
import io.nextscale.evaluate.npz.NpyType;
import io.nextscale.evaluate.npz.NpzFile;
import io.nextscale.evaluate.npz.NpzWriter;
import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Statistics of the features of a set, as the evaluators exchange them in npz files: {@code mu},
 * {@code sigma} and, for sFID, {@code mu_s}, {@code sigma_s}.
 *
 * @param pooled mean and covariance of the pooled features
 * @param spatial those of the spatial features, if the file has them
 * @param origin evaluator and number of images, if the file was written by this library
 */
public record Statistics(Gaussian pooled, Optional<Gaussian> spatial, Optional<String> origin) {
  private static final String MEAN = "mu";
  private static final String COVARIANCE = "sigma";
  private static final String SPATIAL = "_s";
  private static final String ORIGIN = "nextscale";
  private static final int MAX_DIMENSIONS = 4096;
  private static final int MAX_ORIGIN = 1000;

  /** Checks that no component is null. */
  public Statistics {
    Objects.requireNonNull(pooled, "pooled");
    Objects.requireNonNull(spatial, "spatial");
    Objects.requireNonNull(origin, "origin");
  }

  /** Whether a file has statistics. */
  public static boolean areIn(NpzFile file) {
    return file.names().contains(MEAN);
  }

  /**
   * Reads the statistics of a file.
   *
   * @throws EvaluationException if sizes do not fit, or a number is not finite
   */
  public static Statistics read(NpzFile file) {
    Optional<Gaussian> spatial =
        file.names().contains(MEAN + SPATIAL)
            ? Optional.of(gaussian(file, SPATIAL))
            : Optional.empty();
    Optional<String> origin =
        file.names().contains(ORIGIN) ? Optional.of(text(file)) : Optional.empty();
    return new Statistics(gaussian(file, ""), spatial, origin);
  }

  private static Gaussian gaussian(NpzFile file, String suffix) {
    double[] mean;
    try (NpyStream array = file.array(MEAN + suffix)) {
      mean = array.readAll(MAX_DIMENSIONS);
    }
    try (NpyStream array = file.array(COVARIANCE + suffix)) {
      long[] shape = array.shape();
      if (shape.length != 2 || shape[0] != mean.length || shape[1] != mean.length) {
        throw new EvaluationException(
            file.path(),
            COVARIANCE + suffix,
            "shape %s: expected %s x %s, as %s has %s numbers"
                .formatted(
                    Arrays.toString(shape), mean.length, mean.length, MEAN + suffix, mean.length));
      }
      return new Gaussian(mean, array.readAll((long) mean.length * mean.length));
    } catch (IllegalArgumentException e) {
      throw new EvaluationException(file.path(), MEAN + suffix, String.valueOf(e.getMessage()), e);
    }
  }

  private static String text(NpzFile file) {
    try (NpyStream array = file.array(ORIGIN)) {
      double[] codes = array.readAll(MAX_ORIGIN);
      StringBuilder text = new StringBuilder();
      for (double code : codes) {
        text.append((char) code);
      }
      return text.toString();
    }
  }

  /**
   * Writes the statistics, whole or not at all.
   *
   * @throws EvaluationException if the file cannot be written
   */
  public void write(Path target) {
    try {
      AtomicFile.write(
          target,
          channel -> {
            try (NpzWriter writer = new NpzWriter(channel)) {
              write(writer, pooled, "");
              if (spatial.isPresent()) {
                write(writer, spatial.get(), SPATIAL);
              }
              if (origin.isPresent()) {
                byte[] text = origin.get().getBytes(StandardCharsets.US_ASCII);
                writer.begin(ORIGIN, NpyType.U1, text.length);
                writer.write(text);
              }
            }
          });
    } catch (IOException e) {
      throw new EvaluationException(target, null, "cannot be written: " + e.getMessage(), e);
    }
  }

  private static void write(NpzWriter writer, Gaussian gaussian, String suffix) throws IOException {
    int size = gaussian.dimensions();
    writer.write(MEAN + suffix, gaussian.mean(), size);
    writer.write(COVARIANCE + suffix, gaussian.covariance(), size, size);
  }
}
