package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Token maps read from a safetensors file.
 *
 * @param tokens of all images
 * @param labels the classes of the images; empty if the file has none
 */
public record TokenInput(TokenMaps tokens, List<String> labels) {
  /**
   * Reads {@code tokens} (B, L), or one tensor {@code tokens_K_HxW} (B, HW) for each scale; and
   * {@code labels} (B) if there are any. In the trace of an edit, {@code used} has the tokens of
   * the images and {@code tokens} those that were drawn.
   *
   * @param selection the scales of the options; {@code scales} in the file's metadata comes first
   */
  static TokenInput read(Path file, TokenizerSpec spec, ScaleSelection selection) {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Map<String, StoredTensor> tensors = checkpoint.tensors();
      Scales scales = scales(checkpoint, selection).of(spec);
      StoredTensor whole = tensors.getOrDefault("used", tensors.get("tokens"));
      long[][] tokens =
          whole == null ? byScale(file, tensors, scales) : rows(file, whole, scales.tokens());
      TokenMaps maps =
          new TokenMaps(scales, tokens).requireVocabulary(spec.config().vocabularySize());
      StoredTensor labels = tensors.get("labels");
      return new TokenInput(maps, labels == null ? List.of() : labels(file, labels, maps.batch()));
    } catch (IllegalArgumentException e) {
      throw new CommandException(file + ": " + e.getMessage(), e);
    }
  }

  /** The scales in the file's metadata, else those of the options; both must agree. */
  private static ScaleSelection scales(Checkpoint checkpoint, ScaleSelection options) {
    String own = checkpoint.metadata().get("scales");
    if (own == null) {
      return options;
    }
    Scales scales = Scales.parse(own);
    if (options.scales() != null && !options.scales().equals(scales)) {
      throw new CommandException(
          "%s: it has the scales %s, --scales names %s"
              .formatted(checkpoint.path(), scales, options.scales()));
    }
    return new ScaleSelection(options.size(), options.steps(), scales);
  }

  private static long[][] byScale(Path file, Map<String, StoredTensor> tensors, Scales scales) {
    long[][] all = {};
    for (int k = 0; k < scales.count(); k++) {
      Scale scale = scales.get(k);
      String name = "tokens_%s_%sx%s".formatted(k, scale.height(), scale.width());
      StoredTensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new CommandException(
            ("%s: there is neither a tensor \"tokens\" nor \"%s\" (for the scales %s; --scales"
                    + " names others)")
                .formatted(file, name, scales));
      }
      long[][] rows = rows(file, tensor, scale.tokens());
      if (k == 0) {
        all = new long[rows.length][scales.tokens()];
      }
      if (rows.length != all.length) {
        throw new CommandException(
            "%s: %s has %s rows, the scales before have %s"
                .formatted(file, name, rows.length, all.length));
      }
      for (int b = 0; b < rows.length; b++) {
        System.arraycopy(rows[b], 0, all[b], scales.start(k), scale.tokens());
      }
    }
    return all;
  }

  private static long[][] rows(Path file, StoredTensor tensor, int length) {
    long[] shape = tensor.shape();
    if (tensor.dtype() != DType.INT64
        || shape.length != 2
        || shape[0] < 1
        || shape[1] != length
        || !tensor.isContiguous()) {
      throw new CommandException(
          "%s: %s, expected int64[B, %s] for these scales".formatted(file, tensor, length));
    }
    long[] values = tensor.data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    long[][] rows = new long[(int) shape[0]][];
    for (int b = 0; b < rows.length; b++) {
      rows[b] = Arrays.copyOfRange(values, b * length, (b + 1) * length);
    }
    return rows;
  }

  private static List<String> labels(Path file, StoredTensor labels, int images) {
    if (labels.dtype() != DType.INT64
        || labels.elementCount() != images
        || !labels.isContiguous()) {
      throw new CommandException("%s: %s, expected int64[%s]".formatted(file, labels, images));
    }
    long[] values = labels.data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    return Arrays.stream(values).mapToObj(Long::toString).toList();
  }
}
