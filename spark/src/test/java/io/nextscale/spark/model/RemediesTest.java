package io.nextscale.spark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that say what to do; those of executors are in FailuresTest. */
class RemediesTest {
  @TempDir private Path folder;

  private static SparkConf conf(String master) {
    return new SparkConf(false).set("spark.master", master);
  }

  @Test
  void memoryIsCheckedWhereAClusterLimitsIt() {
    long weights = 3L << 30;
    MemoryLimit.require(conf("local[2]"), "model", weights);
    MemoryLimit.require(conf("spark://host:7077"), "model", weights);
    MemoryLimit.require(conf("yarn").set("spark.executor.memoryOverhead", "4g"), "model", weights);
    MemoryLimit.require(
        conf("k8s://x").set("spark.executor.memory", "50g"), "model", weights); // a tenth of it
    for (SparkConf low :
        new SparkConf[] {
          conf("yarn"),
          conf("k8s://x").set("spark.executor.memory", "8g"),
          conf("spark://host:7077").set("spark.executor.memoryOverhead", "1000")
        }) {
      assertThatExceptionOfType(SparkModelException.class)
          .isThrownBy(() -> MemoryLimit.require(low, "model d30", weights))
          .withMessageContaining("model d30 needs about 4096 MiB")
          .withMessageContaining("Remedy: --conf spark.executor.memoryOverhead=4096m");
    }
  }

  @Test
  void filesAreCheckedBeforeTheyAreLoaded() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    Files.writeString(folder.resolve("vae.safetensors"), "abc");
    String sum = ModelChecksum.of(folder);
    assertThat(ModelDescription.of(folder.toString()).withChecksum().sha256()).isEqualTo(sum);
    ExecutorChecksum.require(Optional.of(folder), "model", sum);
    Files.writeString(folder.resolve("vae.safetensors"), "abd");
    assertThatExceptionOfType(SparkModelException.class)
        .isThrownBy(() -> ExecutorChecksum.require(Optional.of(folder), "model", sum))
        .withMessageContaining(sum)
        .withMessageContaining("Remedy: copy the model here again");
    Path missing = folder.resolve("missing");
    assertThatExceptionOfType(SparkModelException.class)
        .isThrownBy(() -> ExecutorChecksum.require(Optional.of(missing), "model", null))
        .withMessageContaining(missing.toString())
        .withMessageContaining("--archives");
  }

  /** {@code sha256sum * | sha256sum}, computed by the tools of the same names. */
  @Test
  void theChecksumIsThatOfTheCommands() throws IOException {
    Files.writeString(folder.resolve("a"), "1\n");
    Files.writeString(folder.resolve("b"), "2\n");
    assertThat(ModelChecksum.of(folder))
        .isEqualTo("90efceaa49f4aae572a85797a92478a2f6ff255e5d7ee48e8e98293d728c580c");
  }

  @Test
  void descriptionsAreChecked() {
    ModelDescription model = ModelDescription.of("m");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.withSha256("abc"))
        .withMessageContaining("64 digits");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.withDevice("tpu"))
        .withMessageContaining("tpu");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.withDtype("fp16"))
        .withMessageContaining("float32 or bfloat16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.withThreads(-1))
        .withMessageContaining("threads is -1");
  }

  @Test
  void tasksKnowTheirPlace() {
    assertThat(TaskPlace.cores(conf("local[3]"), 1, 8)).isEqualTo(3);
    assertThat(TaskPlace.cores(conf("local[*]"), 1, 8)).isEqualTo(8);
    assertThat(TaskPlace.cores(conf("local[2, 4]"), 1, 8)).isEqualTo(2);
    assertThat(TaskPlace.cores(conf("yarn").set("spark.executor.cores", "4"), 1, 8)).isEqualTo(4);
    assertThat(TaskPlace.cores(conf("yarn"), 2, 8)).isEqualTo(2);
    assertThat(TaskPlace.gpu("1")).hasToString("cuda:1");
    assertThatExceptionOfType(SparkModelException.class)
        .isThrownBy(() -> TaskPlace.gpu("MIG-7"))
        .withMessageContaining("MIG-7");
    assertThatExceptionOfType(SparkModelException.class)
        .isThrownBy(TaskPlace::gpu)
        .withMessageContaining("spark.task.resource.gpu.amount=1");
  }
}
