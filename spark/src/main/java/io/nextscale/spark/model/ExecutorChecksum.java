package io.nextscale.spark.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares the files of an executor with the checksum that the driver knows. */
final class ExecutorChecksum {
  private ExecutorChecksum() {}

  /**
   * Checks the files.
   *
   * @throws SparkModelException if they are others, or missing
   */
  static void require(Optional<Path> path, String source, @Nullable String wanted) {
    path.filter(each -> !Files.exists(each))
        .ifPresent(
            each -> {
              throw new SparkModelException(
                  ("%s: there is no %s. Remedy: put it at this path on every worker or on shared"
                          + " storage; or ship it with --archives model.zip#NAME, or --files for"
                          + " one file, and name it files:NAME")
                      .formatted(source, each.toAbsolutePath()));
            });
    if (wanted == null) {
      return;
    }
    String found =
        ModelChecksum.of(
            path.orElseThrow(
                () ->
                    new SparkModelException(
                        "%s: the checksum of an address cannot be checked. Remedy: leave sha256 out, or name a folder"
                            .formatted(source))));
    if (!found.equals(wanted)) {
      throw new SparkModelException(
          ("%s: its checksum is %s, expected %s: this machine has another or a damaged copy."
                  + " Remedy: copy the model here again; if it was changed on purpose, take the new"
                  + " checksum (sha256sum * | sha256sum in the folder)")
              .formatted(source, found, wanted));
    }
  }
}
