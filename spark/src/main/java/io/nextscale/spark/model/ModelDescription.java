package io.nextscale.spark.model;

import io.nextscale.torch.DType;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says where a model is and how it is loaded. It goes with every task; weights never do.
 *
 * @param source one of: a folder or weight file at the same path on every executor; {@code
 *     files:NAME}, a folder or file that Spark ships ({@code --archives model.zip#NAME}, {@code
 *     --files NAME}); an address of http, https or file that ends in a slash; {@code demo:NAME}, an
 *     embedded model; {@code random:NAME}, a published architecture with random weights
 * @param sha256 checksum of the files as {@link ModelChecksum} computes it, which every executor
 *     checks before it loads them; null: not checked
 * @param dtype element type: {@code float32} or {@code bfloat16}
 * @param device {@code cpu}, {@code cuda:N}, or {@code gpu}: the one that Spark assigned to the
 *     executor's task
 * @param threads of an operator; 0: as many as the executor has cores. Images are equal in every
 *     bit for equal numbers only
 */
public record ModelDescription(
    String source, @Nullable String sha256, String dtype, String device, int threads)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  static final String FILES = "files:";
  static final String DEMO = "demo:";
  static final String RANDOM = "random:";
  private static final String SHA256 = "[0-9a-f]{64}";
  private static final String DEVICE = "cpu|gpu|cuda(:\\d{1,3})?";

  /**
   * Checks the texts; whether the model is there shows on the executors.
   *
   * @throws IllegalArgumentException naming the component that is wrong
   */
  public ModelDescription {
    if (source.isBlank()) {
      throw new IllegalArgumentException(
          "the model's source is empty: expected a folder, files:NAME, an address, demo:NAME or random:NAME");
    }
    if (sha256 != null && !sha256.matches(SHA256)) {
      throw new IllegalArgumentException(
          "sha256 is \"%s\": expected 64 digits of 0-9 and a-f".formatted(sha256));
    }
    if (sha256 != null && (source.startsWith(DEMO) || source.startsWith(RANDOM))) {
      throw new IllegalArgumentException(
          "sha256 of %s: an embedded or random model has no files to check".formatted(source));
    }
    if (!dtype.equals("float32") && !dtype.equals("bfloat16")) {
      throw new IllegalArgumentException(
          "dtype is \"%s\": expected float32 or bfloat16".formatted(dtype));
    }
    if (!device.matches(DEVICE)) {
      throw new IllegalArgumentException(
          "device is \"%s\": expected cpu, cuda, cuda:N or gpu".formatted(device));
    }
    if (threads < 0) {
      throw new IllegalArgumentException(
          "threads is %s: expected 0 (the executor's cores) or more".formatted(threads));
    }
  }

  /** Describes a model in float32 on the CPU, not checked, with the threads of the executor. */
  public static ModelDescription of(String source) {
    return new ModelDescription(source, null, "float32", "cpu", 0);
  }

  /** Copies this with a checksum. */
  public ModelDescription withSha256(@Nullable String value) {
    return new ModelDescription(source, value, dtype, device, threads);
  }

  /**
   * Copies this with the checksum of the files that are here, on the driver.
   *
   * @throws SparkModelException if they cannot be read
   */
  public ModelDescription withChecksum() {
    return withSha256(
        ModelChecksum.of(
            ModelFiles.path(source)
                .orElseThrow(
                    () ->
                        new SparkModelException(
                            "checksum of %s: expected a folder or file".formatted(source)))));
  }

  /** Copies this with an element type. */
  public ModelDescription withDtype(String value) {
    return new ModelDescription(source, sha256, value, device, threads);
  }

  /** Copies this with a device. */
  public ModelDescription withDevice(String value) {
    return new ModelDescription(source, sha256, dtype, value, threads);
  }

  /** Copies this with a number of threads. */
  public ModelDescription withThreads(int value) {
    return new ModelDescription(source, sha256, dtype, device, value);
  }

  DType type() {
    return DType.valueOf(dtype.toUpperCase(Locale.ROOT));
  }

  /** The model's folder or file, if it has one. */
  Optional<Path> path() {
    return ModelFiles.path(source);
  }
}
