package io.nextscale.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Messages of the program: failures and costs. */
class ReportsTest {
  @Test
  void theFailureOfATaskIsNamed() {
    Exception failure =
        new IllegalArgumentException(
            """
            Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times, most recent failure: \
            Lost task 0.3 in stage 3.0 (TID 9) (10.0.0.1 executor 1): \
            io.nextscale.spark.model.SparkModelException: model x cannot be loaded. Remedy: y
            \tat io.nextscale.spark.model.ModelLoader.load(ModelLoader.java:30)
            """);
    assertThat(JobFailure.message(new RuntimeException("Writing job aborted", failure)))
        .isEqualTo("model x cannot be loaded. Remedy: y");
    Exception lost =
        new IllegalArgumentException(
            "Lost task 0.3 in stage 3.0 (TID 9): ExecutorLostFailure (executor 1 exited caused by"
                + " one of the running tasks) Reason: Container killed");
    assertThat(JobFailure.message(lost))
        .contains("executor 1 exited")
        .contains("larger spark.executor.memoryOverhead");
    assertThat(JobFailure.message(new RuntimeException("other"))).isEqualTo("other");
  }

  @Test
  void costsFollowFromTheNumberOfExecutors() {
    double one = CostTable.simulate(10_000, 1, 2, 30);
    assertThat(one).isCloseTo(20_000 + 30 + 31.3, within(0.01 * one));
    assertThat(CostTable.simulate(10_000, 10, 2, 30)).isBetween(one / 10, one / 10 * 1.1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CostTable.print(50_000, 5.19, 2, new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("| d16 | 256 | 0.99 | 5.2 |")
        .contains("| d30 | 512 |");
  }
}
