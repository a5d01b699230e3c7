package io.nextscale.evaluate;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.feature.Statistics;
import io.nextscale.evaluate.npz.NpzFile;
import io.nextscale.torch.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The set or statistics that samples are compared with.
 *
 * @param path the folder or file
 * @param statistics its statistics, if it has them
 * @param isImages whether it has images
 */
record Reference(Path path, Optional<Statistics> statistics, boolean isImages) {
  private static final String IMAGES = "arr_0";

  /**
   * Opens a reference.
   *
   * @throws EvaluationException if it has neither images nor statistics, or statistics of another
   *     evaluator
   */
  static Reference open(Path path, EvaluationProtocol protocol) {
    if (Files.isDirectory(path)) {
      return new Reference(path, Optional.empty(), true);
    }
    try (NpzFile file = NpzFile.open(path)) {
      boolean images = file.names().contains(IMAGES);
      if (!Statistics.areIn(file)) {
        if (!images) {
          throw new EvaluationException(
              path,
              null,
              "it has the arrays %s: expected images (arr_0) or statistics (mu, sigma)"
                  .formatted(file.names()));
        }
        return new Reference(path, Optional.empty(), true);
      }
      Statistics statistics = Statistics.read(file);
      requireProtocol(path, statistics, protocol);
      return new Reference(path, Optional.of(statistics), images);
    }
  }

  /** The statistics of a reference that has them. */
  Statistics required() {
    return statistics.orElseThrow();
  }

  /** The line that statistics files of this library have about their origin. */
  static String origin(EvaluationProtocol protocol, int images, DType dtype, String weightsSum) {
    return "protocol %s, %s images, %s, weights %s"
        .formatted(protocol, images, dtype, weightsSum.substring(0, InceptionWeights.SUM.length()));
  }

  private static void requireProtocol(
      Path path, Statistics statistics, EvaluationProtocol protocol) {
    statistics
        .origin()
        .filter(origin -> !origin.startsWith("protocol " + protocol + ","))
        .ifPresent(
            origin -> {
              throw new EvaluationException(
                  path,
                  null,
                  "statistics of '%s', which do not compare with protocol %s: name the same protocol, or other statistics"
                      .formatted(origin, protocol));
            });
  }
}
