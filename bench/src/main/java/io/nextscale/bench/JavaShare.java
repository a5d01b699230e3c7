package io.nextscale.bench;

import io.nextscale.torch.OperatorProfile;
import java.util.List;
import java.util.Map;

/**
 * What an image spends outside the operators: all Java and those calls that the {@link
 * OperatorProfile} does not see (see {@link ProfileImage}), so an upper bound of Java's part. Times
 * are those of all threads that work for the image, together.
 *
 * @param outside seconds, median
 * @param share of all threads' time, median; measured with the profile open
 * @param waiting share of all threads' time in which one waited for another to end, median
 */
record JavaShare(double outside, double share, double waiting) {
  /** One profiled image; seconds of all threads. */
  record Run(double total, double inOperators, double waiting) {
    static Run of(double total, OperatorProfile profile) {
      List<OperatorProfile.Entry> entries = profile.entries();
      return new Run(
          total + profile.helpSeconds(),
          entries.stream().mapToDouble(OperatorProfile.Entry::seconds).sum(),
          profile.waitSeconds());
    }

    double outside() {
      return total - inOperators - waiting;
    }
  }

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
