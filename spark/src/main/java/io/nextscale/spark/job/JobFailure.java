package io.nextscale.spark.job;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what a failed Spark job failed of. */
final class JobFailure {
  /** The exception of the task that failed last, in the message of the driver's exception. */
  private static final Pattern OF_TASK =
      Pattern.compile(
          "Lost task [^\\n]*?: (?:io\\.nextscale\\.[\\w.]+(?:Exception|Error)|java\\.lang\\.\\w+): ([^\\n]*)");

  private static final Pattern LOST = Pattern.compile("ExecutorLostFailure \\(([^\\n]*)");

  private JobFailure() {}

  /** The message of the first cause that says more than that a job failed. */
  static String message(Throwable failure) {
    String last = String.valueOf(failure.getMessage());
    for (Throwable each = failure; each != null; each = each.getCause()) {
      String text = String.valueOf(each.getMessage());
      Matcher task = OF_TASK.matcher(text);
      if (task.find()) {
        return task.group(1);
      }
      Matcher lost = LOST.matcher(text);
      if (lost.find()) {
        return ("an executor was lost (%s. If it was killed for its memory: a larger"
                + " spark.executor.memoryOverhead, weights and 1 GiB at least")
            .formatted(lost.group(1));
      }
      if (each.getClass().getName().startsWith("io.nextscale.")) {
        return text;
      }
      last = text;
    }
    return last;
  }
}
