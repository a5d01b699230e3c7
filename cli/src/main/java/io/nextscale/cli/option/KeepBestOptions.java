package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.evaluate.EvaluationOptions;
import io.nextscale.evaluate.InceptionClassifier;
import io.nextscale.evaluate.classify.ImageClassifier;
import io.nextscale.evaluate.sample.KeepBest;
import io.nextscale.var.model.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Rejection sampling: how many images of how many are kept, and the classifier that chooses. */
public final class KeepBestOptions {
  private static final int LARGEST = 10_000;

  @Option(
      names = "--keep-best",
      paramLabel = "N/M",
      description = {
        "Generate M images for each N of a class, and keep those to whose class the Inception"
            + " network gives the highest probability. The model's classes must be ImageNet's."
            + " Needs --inception and --label-map."
      })
  private @Nullable String keepBest;

  @Option(
      names = "--inception",
      paramLabel = "FILE.pth",
      description =
          "With --keep-best: weights of the Inception network,"
              + " pt_inception-2015-12-05-6726825d.pth.")
  private @Nullable Path inception;

  @Option(
      names = "--label-map",
      paramLabel = "FILE.pbtxt",
      description =
          "With --keep-best: the order of that network's outputs,"
              + " imagenet_2012_challenge_label_map_proto.pbtxt.")
  private @Nullable Path labelMap;

  @Option(
      names = "--any-inception",
      description = "With --keep-best: accept other weights of the Inception network.")
  private boolean anyInception;

  /**
   * Checks the options.
   *
   * @throws CommandException if one is missing or out of range
   */
  public KeepBest check() {
    if (keepBest == null) {
      OptionNames given =
          OptionNames.given(
              List.of("--inception", "--label-map", "--any-inception"),
              inception != null,
              labelMap != null,
              anyInception);
      if (!given.isEmpty()) {
        throw CommandException.usage("%s %s --keep-best".formatted(given.and(), given.need()));
      }
      return KeepBest.ALL;
    }
    OptionNames missing =
        OptionNames.given(
            List.of("--inception", "--label-map"), inception == null, labelMap == null);
    if (!missing.isEmpty()) {
      throw CommandException.usage("--keep-best needs " + missing.and());
    }
    Share share = Share.parse("--keep-best", keepBest);
    if (share.number() == share.of() || share.of() > LARGEST) {
      throw CommandException.usage(
          "--keep-best %s: expected fewer images than candidates, at most %s candidates"
              .formatted(keepBest, LARGEST));
    }
    return new KeepBest(share.number(), share.of());
  }

  /**
   * Loads the classifier, if one was asked for.
   *
   * @throws io.nextscale.evaluate.error.EvaluationException if a file cannot be used, or the model
   *     has other classes
   */
  public Loaded load(ModelSpec spec) {
    if (inception == null || labelMap == null) {
      return new Loaded(null);
    }
    EvaluationOptions options = EvaluationOptions.DEFAULTS;
    InceptionClassifier classifier =
        InceptionClassifier.load(
            inception, labelMap, anyInception ? options.withAnyWeights() : options);
    boolean fits = false;
    try {
      classifier.requireClasses(spec);
      fits = true;
      return new Loaded(classifier);
    } finally {
      if (!fits) {
        classifier.close();
      }
    }
  }

  /** A classifier that was loaded, or none. */
  public static final class Loaded implements AutoCloseable {
    private final @Nullable InceptionClassifier inception;

    private Loaded(@Nullable InceptionClassifier inception) {
      this.inception = inception;
    }

    /** The classifier, if there is one. */
    public Optional<ImageClassifier> classifier() {
      return Optional.ofNullable(inception);
    }

    @Override
    public void close() {
      if (inception != null) {
        inception.close();
      }
    }
  }
}
