package io.nextscale.spark.job;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.spark.TrainingTokens;
import io.nextscale.spark.model.LoadedModels;
import io.nextscale.spark.model.SparkModelException;
import io.nextscale.train.data.ImageDataException;
import io.nextscale.var.model.ModelException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The program for spark-submit: {@code Main JOB.json}. It makes a set of samples and evaluates it,
 * or computes the tokens of a training. Run again, it goes on where it ended.
 */
public final class Main {
  private static final String USAGE =
      """
      Usage: spark-submit --class io.nextscale.spark.job.Main nextscale-spark.jar JOB.json
             spark-submit --class io.nextscale.spark.job.CostTable nextscale-spark.jar
      The keys of JOB.json are in docs/SPARK.md.""";

  private Main() {}

  /** Runs the job of a file; exits with 1 if it fails, with 2 if the arguments are wrong. */
  public static void main(String[] arguments) {
    if (arguments.length != 1 || arguments[0].startsWith("-")) {
      System.err.println(USAGE);
      System.exit(2);
    }
    int code = 0;
    try {
      JobConfig config = JobConfig.read(Path.of(arguments[0]));
      try (SparkSession spark = SparkSession.builder().appName("Nextscale").getOrCreate()) {
        run(spark, config, System.out);
      }
    } catch (ModelException
        | SparkModelException
        | EvaluationException
        | ImageDataException
        | UncheckedIOException
        | IllegalStateException e) {
      System.err.println("nextscale: " + e.getMessage());
      code = 1;
    } catch (Exception e) { // Spark throws its checked exceptions undeclared
      System.err.println("nextscale: " + JobFailure.message(e));
      code = 1;
    }
    System.exit(code); // threads of libraries would keep the driver
  }

  /** Does what is left to do of a job. */
  static void run(SparkSession spark, JobConfig config, PrintStream out) {
    try {
      config
          .tokens()
          .ifPresent(
              tokens ->
                  out.println(
                      "tokens: "
                          + TrainingTokens.write(
                              spark, tokens.run(), tokens.threads(), tokens.partitions())));
      if (config.samples().isPresent()) {
        new SampleJob(spark, config, out).run();
      }
    } finally {
      spark.sparkContext().setJobDescription(null);
      LoadedModels.closeIdle();
    }
  }
}
