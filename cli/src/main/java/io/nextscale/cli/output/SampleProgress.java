package io.nextscale.cli.output;

import io.nextscale.evaluate.sample.BestImages;
import io.nextscale.evaluate.sample.SampleGroup;
import io.nextscale.evaluate.sample.SampleListener;
import io.nextscale.evaluate.sample.SampleSet;
import java.util.Locale;
import java.util.Optional;

/** Shows how a set of samples grows, and in the end what a classifier thought of it. */
public final class SampleProgress implements SampleListener {
  private final SampleSet set;
  private final ImageRate rate;
  private int candidates;
  private int kept;
  private double sumOfAll;
  private double sumOfKept;

  /** Shows on a progress line. */
  public SampleProgress(SampleSet set, Progress progress) {
    this.set = set;
    this.rate = new ImageRate(progress);
  }

  @Override
  public void onImages(int done, int total) {
    rate.onImages(set.folder(), done, total);
  }

  @Override
  public void onChoice(SampleGroup group, BestImages best) {
    candidates += group.candidates().size();
    kept += group.images().size();
    sumOfAll += best.meanOfAll() * group.candidates().size();
    sumOfKept += best.meanOfKept() * group.images().size();
  }

  /** The mean probabilities of the images' classes, if a classifier chose in this run. */
  public Optional<String> summary() {
    if (kept == 0) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "kept %d of %d images, mean probability of the class %.4f, of all %.4f",
            kept,
            candidates,
            sumOfKept / kept,
            sumOfAll / candidates));
  }

  /** Why the choice may be wrong, if its probabilities are hardly above chance. */
  public Optional<String> warning() {
    if (kept == 0 || sumOfAll / candidates >= 2.0 / set.classes()) {
      return Optional.empty();
    }
    return Optional.of(
        "the classifier hardly recognizes the images, chance is 1/%s: the weights or the label map may belong to another network"
            .formatted(set.classes()));
  }
}
