package io.nextscale.spark;

import io.nextscale.spark.check.ExecutorCheck;
import io.nextscale.spark.model.EvaluatorDescription;
import io.nextscale.spark.model.Loadable;
import io.nextscale.spark.model.ModelDescription;
import io.nextscale.spark.model.ModelPart;
import io.nextscale.spark.row.Counters;
import io.nextscale.spark.row.Functions;
import io.nextscale.spark.row.ImageColumn;
import io.nextscale.spark.row.RowFunction;
import io.nextscale.spark.row.RowTask;
import io.nextscale.spark.row.SampleTask;
import io.nextscale.spark.row.TokenColumns;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Functions from data set to data set. They are lazy as Spark's own are: nothing is computed before
 * the result is written, counted or collected. The first one of an application runs a short job
 * that checks the executors' Java.
 *
 * <p>Rows are computed alone, or in batches that depend on the rows' ids, from explicit seeds: the
 * result does not depend on partitions, repeated tasks or speculation. A bad row gets its message
 * in the column {@code error}, and null in the others, unless it is to fail the job.
 *
 * <pre>{@code
 * Dataset<Row> requests = SparkImages.numbered(spark, 50_000, 1000, 0, 400);
 * SparkImages.sample(requests, ModelDescription.of("/shared/var-d16"), RowOptions.DEFAULTS)
 *     .write().parquet("hdfs:///samples");
 * }</pre>
 */
public final class SparkImages {
  private static final Map<SparkContext, Boolean> CHECKED = new WeakHashMap<>();

  private SparkImages() {}

  /**
   * Makes the requests of a set of samples: image i has id i, class i modulo the number of classes,
   * and the seed of the set plus i, as {@code nextscale sample-set} makes them.
   *
   * @param classes number of classes of the model
   * @param partitions number of partitions
   */
  public static Dataset<Row> numbered(
      SparkSession spark, long count, int classes, long seed, int partitions) {
    return numbered(spark, 0, count, classes, seed, partitions);
  }

  /** Makes the requests {@code first} to {@code end} (exclusive) of such a set. */
  public static Dataset<Row> numbered(
      SparkSession spark, long first, long end, int classes, long seed, int partitions) {
    return spark
        .range(first, end, 1, partitions)
        .select(
            functions.col("id"),
            functions.expr("id % " + classes).as("class"),
            functions.expr("id + " + seed + "L").as("seed"));
  }

  /**
   * Number of classes of a model; an executor loads it to answer.
   *
   * <p>Spark reports a model that cannot be loaded as its own exception, whose message names the
   * remedy.
   */
  public static int classes(SparkSession spark, ModelDescription model) {
    return mapped(
            spark.range(1).toDF("id"),
            0,
            new ModelPart.Generator(model),
            (generator, row) -> new Object[] {generator.spec().noClass()},
            "classes INT",
            RowOptions.DEFAULTS.withFailFast(),
            "classes")
        .head()
        .getInt(0);
  }

  /**
   * Generates an image for each row.
   *
   * @param requests columns {@code id} (a number), {@code class} (name or number) and {@code seed};
   *     and, where wanted, {@code cfg}, {@code top_k}, {@code top_p}, {@code temperature}, {@code
   *     height} and {@code width}, {@code steps}. Null: the model's own
   * @return columns {@code id}, {@code class}, {@code seed}, {@code parameters}, {@code png},
   *     {@code sha256} of the PNG, {@code error}
   * @throws IllegalArgumentException if a column is missing
   */
  public static Dataset<Row> sample(
      Dataset<Row> requests, ModelDescription model, RowOptions options) {
    Counters counters = counters(requests, "samples");
    return SampleTask.prepare(requests, options.batch(), options.partitions())
        .mapPartitions(
            new SampleTask(
                new ModelPart.Generator(model), options.batch(), options.failFast(), counters),
            Encoders.row(SampleTask.schema()));
  }

  /**
   * Turns images into token maps, as {@code nextscale tokenize} does: images as they are, at the
   * tokenizer's scales for their size.
   *
   * @param images Spark's image schema, its source {@code binaryFile}, or a column of bytes of
   *     image files; see {@link ImageColumn}
   * @param scales such as {@code 1,2,3}, of a tokenizer with free scales; null: the tokenizer's
   * @return all columns but that of the images, and {@code scales}, {@code tokens}, {@code error}
   * @throws IllegalArgumentException if there is no column of images
   */
  public static Dataset<Row> tokenize(
      Dataset<Row> images, ModelDescription model, @Nullable String scales, RowOptions options) {
    ImageColumn column = ImageColumn.of(images.schema());
    return mapped(
        images,
        column.index(),
        new ModelPart.Tokenizer(model),
        Functions.tokenize(column, scales),
        "scales STRING, tokens ARRAY<ARRAY<INT>>",
        options,
        "tokenized images");
  }

  /** Turns images into token maps at the tokenizer's scales, errors in a column. */
  public static Dataset<Row> tokenize(Dataset<Row> images, ModelDescription model) {
    return tokenize(images, model, null, RowOptions.DEFAULTS);
  }

  /**
   * Turns token maps into images.
   *
   * @param tokens columns {@code scales} and {@code tokens}
   * @return all columns but {@code tokens}, and {@code png}, {@code sha256}, {@code error}
   * @throws IllegalArgumentException if a column is missing
   */
  public static Dataset<Row> reconstruct(
      Dataset<Row> tokens, ModelDescription model, RowOptions options) {
    TokenColumns columns = TokenColumns.of(tokens.schema());
    return mapped(
        tokens,
        columns.tokens(),
        new ModelPart.Tokenizer(model),
        Functions.reconstruct(columns),
        "png BINARY, sha256 STRING",
        options,
        "reconstructions");
  }

  /**
   * Measures how well the transformer predicts given tokens.
   *
   * @param tokens columns {@code scales}, {@code tokens} and {@code class}
   * @return all columns but {@code tokens}, and for each scale {@code cross_entropy} (nats) and
   *     {@code token_error}, of all {@code mean_cross_entropy} and {@code mean_token_error}, {@code
   *     error}
   * @throws IllegalArgumentException if a column is missing
   */
  public static Dataset<Row> score(
      Dataset<Row> tokens, ModelDescription model, RowOptions options) {
    TokenColumns columns = TokenColumns.of(tokens.schema());
    int label = Arrays.asList(tokens.columns()).indexOf("class");
    if (label < 0) {
      throw new IllegalArgumentException(
          "the columns are %s: expected class too".formatted(List.of(tokens.columns())));
    }
    return mapped(
        tokens,
        columns.tokens(),
        new ModelPart.Generator(model),
        Functions.score(columns, label),
        "cross_entropy ARRAY<DOUBLE>, token_error ARRAY<DOUBLE>, mean_cross_entropy DOUBLE,"
            + " mean_token_error DOUBLE",
        options,
        "scores");
  }

  /**
   * Computes the features of an evaluation.
   *
   * @param images as for {@link #tokenize}
   * @return all columns but that of the images, and {@code pooled} (2048), {@code spatial} (2023),
   *     {@code error}
   * @throws IllegalArgumentException if there is no column of images
   */
  public static Dataset<Row> features(
      Dataset<Row> images, EvaluatorDescription evaluator, RowOptions options) {
    ImageColumn column = ImageColumn.of(images.schema());
    return mapped(
        images,
        column.index(),
        evaluator,
        Functions.features(column),
        "pooled ARRAY<FLOAT>, spatial ARRAY<FLOAT>",
        options,
        "features");
  }

  static <M extends AutoCloseable> Dataset<Row> mapped(
      Dataset<Row> rows,
      int dropped,
      Loadable<M> model,
      RowFunction<M> function,
      String added,
      RowOptions options,
      String what) {
    StructType input = rows.schema();
    int error = Arrays.asList(input.fieldNames()).indexOf("error");
    int[] kept = IntStream.range(0, input.size()).filter(i -> i != dropped && i != error).toArray();
    StructType ofNew = StructType.fromDDL(added);
    StructType result = new StructType();
    for (int i : kept) {
      if (Arrays.asList(ofNew.fieldNames()).contains(input.apply(i).name())) {
        throw new IllegalArgumentException(
            "the column %s is there already: drop or rename it".formatted(input.apply(i).name()));
      }
      result = result.add(input.apply(i));
    }
    for (int i = 0; i < ofNew.size(); i++) {
      result = result.add(ofNew.apply(i));
    }
    result = result.add("error", "string");
    return rows.mapPartitions(
        new RowTask<>(
            model, function, kept, ofNew.size(), options.failFast(), counters(rows, what)),
        Encoders.row(result));
  }

  private static Counters counters(Dataset<Row> rows, String what) {
    SparkContext context = rows.sparkSession().sparkContext();
    synchronized (CHECKED) {
      if (!CHECKED.containsKey(context)) {
        ExecutorCheck.run(JavaSparkContext.fromSparkContext(context));
        CHECKED.put(context, true);
      }
    }
    return Counters.of(context, what);
  }
}
