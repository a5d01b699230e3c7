package io.nextscale.cli.command;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.OutputPath;
import io.nextscale.cli.output.TensorFile;
import io.nextscale.evaluate.EvaluatedSet;
import io.nextscale.evaluate.EvaluationOptions;
import io.nextscale.evaluate.EvaluationProtocol;
import io.nextscale.evaluate.ImageEvaluator;
import io.nextscale.evaluate.image.ImageSet;
import io.nextscale.evaluate.metric.FeatureRows;
import io.nextscale.var.file.SpecialFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Target of {@code --features}: a folder in which an evaluation goes on, or a file for users. */
final class FeatureTarget implements AutoCloseable {
  /** Name of the option. */
  static final String OPTION = "--features";

  private static final String SUFFIX = ".safetensors";

  private final @Nullable Path file;
  private final @Nullable Path folder;

  /**
   * Checks the option before the work.
   *
   * @param features the option; null if it was not given
   * @throws CommandException if the file or folder could not be written
   */
  static void check(@Nullable Path features) {
    OutputPath output = new OutputPath(OPTION, features);
    if (goesOn(features)) {
      output.requireFolders();
    } else {
      output.requireFile();
    }
  }

  /**
   * A target.
   *
   * @param features the option, checked; null if it was not given
   */
  FeatureTarget(@Nullable Path features) {
    if (features == null || goesOn(features)) {
      file = null;
      folder = features;
    } else {
      file = features;
      folder = temporary(features);
    }
  }

  private static Path temporary(Path file) {
    try {
      return Files.createTempDirectory("nextscale-features-");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder: " + e.getMessage(), e);
    }
  }

  /**
   * Whether a stopped evaluation goes on where it ended.
   *
   * @param features the option; null if it was not given
   */
  static boolean goesOn(@Nullable Path features) {
    return features != null && !features.toString().endsWith(SUFFIX) && !SpecialFile.isAt(features);
  }

  /** Lets an evaluation keep its features, so that they are computed once. */
  EvaluationOptions keepIn(EvaluationOptions options) {
    return folder == null ? options : options.withFeatures(folder);
  }

  /** Writes the file, if one was named. */
  void write(ImageEvaluator evaluator, ImageSet images, EvaluationProtocol protocol) {
    if (file == null) {
      return;
    }
    try (EvaluatedSet set = evaluator.features(images)) {
      int count = set.size();
      float[] logits = evaluator.logits(set);
      new TensorFile()
          .add("pool3", values("pool3", set.pooled()), count, set.pooled().dimensions())
          .add("spatial", values("spatial", set.spatial()), count, set.spatial().dimensions())
          .add("logits", logits, count, logits.length / count)
          .write(file, Map.of("protocol", protocol.toString()));
    }
  }

  private static float[] values(String name, FeatureRows rows) {
    TensorFile.requireRoom(name, rows.rows(), rows.dimensions());
    float[] values = new float[rows.rows() * rows.dimensions()];
    for (int i = 0; i < rows.rows(); i++) {
      System.arraycopy(rows.row(i), 0, values, i * rows.dimensions(), rows.dimensions());
    }
    return values;
  }

  /** Deletes the temporary folder, if there is one. */
  @Override
  public void close() {
    if (file == null || folder == null) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete %s: %s".formatted(folder, e.getMessage()), e);
    }
  }
}
