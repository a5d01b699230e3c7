package io.nextscale.bench;

import io.nextscale.torch.OperatorProfile;
import java.util.List;
import java.util.Map;

/**
 * The time of an image outside the operators: an upper bound of Java's part, because it includes
 * the calls that the {@link OperatorProfile} does not see (see {@link ProfileImage}). Times are
 * sums over all threads that work for the image; figures are medians.
 *
 * @param outside seconds outside the operators
 * @param share fraction of all threads' time outside the operators, 0 to 1, with the profile open
 * @param waiting fraction of all threads' time in which a thread waited for another, 0 to 1
 */
record JavaShare(double outside, double share, double waiting) {
  /**
   * One profiled image.
   *
   * @param total seconds of all threads
   * @param inOperators seconds of all threads in operators
   * @param waiting seconds of all threads in which they waited for each other
   */
  record Run(double total, double inOperators, double waiting) {
    static Run of(double total, OperatorProfile profile) {
      List<OperatorProfile.Entry> entries = profile.entries();
      return new Run(
          total + profile.helpSeconds(),
          entries.stream().mapToDouble(OperatorProfile.Entry::seconds).sum(),
          profile.waitSeconds());
    }

    /** Seconds of all threads outside the operators. */
    double outside() {
      return total - inOperators - waiting;
    }
  }

  /** Takes the medians of some images. */
  static JavaShare of(List<Run> runs) {
    return new JavaShare(
        Median.of(runs, Run::outside),
        Median.of(runs, run -> run.outside() / run.total()),
        Median.of(runs, run -> run.waiting() / run.total()));
  }

  Map<String, Object> json() {
    return Map.of(
        "outside_operators_seconds",
        outside,
        "outside_operators_share",
        share,
        "waiting_share",
        waiting);
  }
}
