package io.nextscale.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.models.DemoModel;
import io.nextscale.spark.model.ModelDescription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.Some;

/**
 * Speculation. Spark starts no twin of a task on the same host, so that {@code local-cluster} never
 * has one: here two workers have two addresses of this machine.
 */
class TwinTest {
  private static final int COUNT = 10;

  @Test
  void aTwinOfASlowTaskMakesNoDuplicates(@TempDir Path folder) throws Exception {
    SparkConf conf = new SparkConf().set("spark.master.rest.enabled", "false");
    var master = Master.startRpcEnvAndEndpoint("127.0.0.1", 0, 0, conf);
    RpcEnv rpc = master._1();
    String address = "spark://127.0.0.1:" + rpc.address().port();
    List<RpcEnv> workers =
        List.of(worker(address, 1, folder, conf), worker(address, 2, folder, conf));
    AtomicInteger twins = new AtomicInteger();
    try (SparkSession spark = Sessions.cluster(address).getOrCreate()) {
      spark
          .sparkContext()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onTaskStart(SparkListenerTaskStart task) {
                  twins.addAndGet(task.taskInfo().speculative() ? 1 : 0);
                }
              });
      awaitExecutors(spark);
      // one task has most of the images and waits for each, and the other executor nothing to do
      Dataset<Row> skewed =
          SparkImages.numbered(spark, COUNT, 17, 0, 1)
              .repartitionByRange(4, functions.least(functions.col("id"), functions.lit(3)))
              .filter("id < 3 or reflect('java.lang.Thread', 'sleep', 1000L) is not null");
      String file = folder.resolve("images").toUri().toString();
      SparkImages.sample(
              skewed,
              ModelDescription.of("demo:" + DemoModel.VAR).withThreads(1),
              RowOptions.DEFAULTS.withFailFast())
          .write()
          .parquet(file);
      List<Row> rows = spark.read().parquet(file).select("id").sort("id").collectAsList();
      assertThat(rows.stream().map(row -> row.getLong(0)))
          .containsExactlyElementsOf(LongStream.range(0, COUNT).boxed().toList());
    } finally {
      workers.forEach(RpcEnv::shutdown);
      rpc.shutdown();
    }
    assertThat(twins).as("tasks that had a twin").hasPositiveValue();
  }

  /** Waits for both executors: all tasks on one would leave no place for a twin. */
  private static void awaitExecutors(SparkSession spark) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (spark.sparkContext().getExecutorMemoryStatus().size() < 3) { // the driver is one
      assertThat(System.nanoTime()).as("the executors").isLessThan(end);
      Thread.sleep(50);
    }
  }

  private static RpcEnv worker(String master, int number, Path folder, SparkConf conf) {
    return Worker.startRpcEnvAndEndpoint(
        "127.0.0." + number,
        0,
        0,
        1,
        2048,
        new String[] {master},
        folder.resolve("work").toString(),
        new Some<>(number),
        conf,
        Option.empty());
  }
}
