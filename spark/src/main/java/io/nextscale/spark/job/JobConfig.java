package io.nextscale.spark.job;

import io.nextscale.evaluate.EvaluationProtocol;
import io.nextscale.spark.RowOptions;
import io.nextscale.spark.model.EvaluatorDescription;
import io.nextscale.spark.model.ModelDescription;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import io.nextscale.var.model.ConfigObject;
import io.nextscale.var.model.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file that says what a job does.
 *
 * @param out folder of the results, of any of Hadoop's file systems
 * @param samples the set to generate, if there is one
 * @param evaluation how it is evaluated, if it is
 * @param png folder for numbered PNG files, if they are wanted
 * @param npz file on the driver for all images, if it is wanted
 * @param tokens the training to compute tokens for, if there is one
 */
record JobConfig(
    String out,
    Optional<Samples> samples,
    Optional<Evaluated> evaluation,
    Optional<String> png,
    Optional<Path> npz,
    Optional<Tokens> tokens) {
  private static final int PER_JOB = 1000;

  /**
   * A set of samples.
   *
   * @param count number of images; image i has class i modulo the classes, and seed {@code seed +
   *     i}
   * @param perJob images of one Spark job, which is repeated whole if the driver dies
   */
  record Samples(
      ModelDescription model,
      int count,
      long seed,
      int perJob,
      RowOptions options,
      @Nullable Double cfg,
      @Nullable Integer topK,
      @Nullable Double topP,
      @Nullable Double temperature) {}

  /**
   * An evaluation.
   *
   * @param reference on the driver
   */
  record Evaluated(EvaluatorDescription evaluator, Path reference) {}

  /**
   * Tokens of a training.
   *
   * @param run folder of the training
   */
  record Tokens(Path run, int threads, int partitions) {}

  /**
   * Reads a file.
   *
   * @throws ModelException naming the key that is missing, unknown or wrong
   */
  static JobConfig read(Path file) {
    try {
      return of(ConfigObject.of(file.toString(), Json.parse(Files.readAllBytes(file))));
    } catch (JsonException | IllegalArgumentException e) {
      throw new ModelException("%s: %s".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  private static JobConfig of(ConfigObject json) {
    json.requireOnly("out", "samples", "evaluate", "png", "npz", "tokens");
    if (!json.has("samples") && !json.has("tokens")) {
      throw new IllegalArgumentException("neither samples nor tokens is there: expected one");
    }
    if (!json.has("samples") && (json.has("evaluate") || json.has("png") || json.has("npz"))) {
      throw new IllegalArgumentException("evaluate, png and npz need samples");
    }
    return new JobConfig(
        json.has("samples") ? required(json, "out") : json.text("out", ""),
        part(json, "samples").map(JobConfig::samples),
        part(json, "evaluate").map(JobConfig::evaluated),
        text(json, "png"),
        text(json, "npz").map(Path::of),
        part(json, "tokens").map(JobConfig::tokens));
  }

  private static Samples samples(ConfigObject json) {
    json.requireOnly(
        "model",
        "sha256",
        "dtype",
        "device",
        "threads",
        "count",
        "seed",
        "batch",
        "partitions",
        "per_job",
        "cfg",
        "top_k",
        "top_p",
        "temperature");
    ModelDescription model =
        new ModelDescription(
            required(json, "model"),
            text(json, "sha256").orElse(null),
            json.text("dtype", "float32"),
            json.text("device", "cpu"),
            json.integer("threads", 0));
    Object seed = json.has("seed") ? json.values().get("seed") : Long.valueOf(0);
    if (!(seed instanceof Long first)) {
      throw new IllegalArgumentException("seed is %s: expected a whole number".formatted(seed));
    }
    RowOptions options =
        RowOptions.DEFAULTS
            .withBatch(json.integer("batch", 1))
            .withPartitions(json.integer("partitions", 0))
            .withFailFast();
    int perJob = atLeastOne("per_job", json.integer("per_job", PER_JOB));
    if (perJob % options.batch() != 0) {
      throw new IllegalArgumentException(
          "per_job is %s, batch %s: expected a multiple, so that each batch is of one job"
              .formatted(perJob, options.batch()));
    }
    return new Samples(
        model,
        atLeastOne("count", json.integer("count")),
        first,
        perJob,
        options,
        json.has("cfg") ? Double.valueOf(json.number("cfg", 0)) : null,
        json.has("top_k") ? Integer.valueOf(json.integer("top_k")) : null,
        json.has("top_p") ? Double.valueOf(json.number("top_p", 0)) : null,
        json.has("temperature") ? Double.valueOf(json.number("temperature", 0)) : null);
  }

  private static Evaluated evaluated(ConfigObject json) {
    json.requireOnly("inception", "reference", "protocol", "any_weights", "threads");
    String protocol = json.text("protocol", "openai");
    EvaluatorDescription evaluator =
        EvaluatorDescription.of(required(json, "inception"))
            .withThreads(json.integer("threads", 0))
            .withProtocol(
                Arrays.stream(EvaluationProtocol.values())
                    .filter(each -> each.toString().equals(protocol))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "protocol is \"%s\": expected one of %s"
                                    .formatted(
                                        protocol, Arrays.toString(EvaluationProtocol.values())))));
    return new Evaluated(
        json.flag("any_weights", false) ? evaluator.withAnyWeights() : evaluator,
        Path.of(required(json, "reference")));
  }

  private static Tokens tokens(ConfigObject json) {
    json.requireOnly("run", "threads", "partitions");
    return new Tokens(
        Path.of(required(json, "run")),
        json.integer("threads", 0),
        atLeastOne("partitions", json.integer("partitions")));
  }

  private static Optional<ConfigObject> part(ConfigObject json, String key) {
    return json.has(key) ? Optional.of(json.object(key)) : Optional.empty();
  }

  private static Optional<String> text(ConfigObject json, String key) {
    return Optional.of(json.text(key, "")).filter(value -> !value.isEmpty());
  }

  private static String required(ConfigObject json, String key) {
    return text(json, key)
        .orElseThrow(() -> new IllegalArgumentException("%s is missing".formatted(key)));
  }

  private static int atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is %s: expected at least 1".formatted(key, value));
    }
    return value;
  }
}
