package io.nextscale.cli;

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
 * Token maps from a safetensors file.
 *
 * @param tokens of all images
 * @param labels their classes, empty if the file has none
 */
record TokenInput(TokenMaps tokens, List<String> labels) {
  /**
   * Reads {@code tokens} (B, L), or one tensor {@code tokens_K_HxW} (B, HW) for each scale; and
   * {@code labels} (B) if there are any.
   *
   * @param selection the scales that were asked for; the file's metadata {@code scales} go first
   */
  static TokenInput read(Path file, TokenizerSpec spec, ScaleSelection selection) {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Map<String, StoredTensor> tensors = checkpoint.tensors();
      Scales scales = scales(checkpoint, selection).of(spec);
      StoredTensor whole = tensors.get("tokens");
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

  /** The file's own scales if it says them, else those asked for; both only if they agree. */
  private static ScaleSelection scales(Checkpoint checkpoint, ScaleSelection asked) {
    String own = checkpoint.metadata().get("scales");
    if (own == null) {
      return asked;
    }
    Scales scales = Scales.parse(own);
    if (asked.scales() != null && !asked.scales().equals(scales)) {
      throw new CommandException(
          checkpoint.path()
              + ": it has the scales "
              + scales
              + ", asked for are "
              + asked.scales());
    }
    return new ScaleSelection(asked.size(), asked.steps(), scales);
  }

  private static long[][] byScale(Path file, Map<String, StoredTensor> tensors, Scales scales) {
    long[][] all = {};
    for (int k = 0; k < scales.count(); k++) {
      Scale scale = scales.get(k);
      String name = "tokens_" + k + "_" + scale.height() + "x" + scale.width();
      StoredTensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new CommandException(
            file
                + ": it has neither \"tokens\" nor \""
                + name
                + "\" (scales "
                + scales
                + "; others: --scales)");
      }
      long[][] rows = rows(file, tensor, scale.tokens());
      if (k == 0) {
        all = new long[rows.length][scales.tokens()];
      }
      if (rows.length != all.length) {
        throw new CommandException(
            file + ": " + name + " has " + rows.length + " rows, the scales before " + all.length);
      }
      for (int b = 0; b < rows.length; b++) {
        System.arraycopy(rows[b], 0, all[b], scales.start(k), scale.tokens());
      }
    }
    return all;
  }

  private static long[][] rows(Path file, StoredTensor tensor, int length) {
    long[] shape = tensor.shape();
    if (tensor.dtype() != DType.INT64 || shape.length != 2 || shape[0] < 1 || shape[1] != length) {
      throw new CommandException(
          file + ": " + tensor + ", expected int64[B, " + length + "] for these scales");
    }
    long[] values = tensor.data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    long[][] rows = new long[(int) shape[0]][];
    for (int b = 0; b < rows.length; b++) {
      rows[b] = Arrays.copyOfRange(values, b * length, (b + 1) * length);
    }
    return rows;
  }

  private static List<String> labels(Path file, StoredTensor labels, int images) {
    if (labels.dtype() != DType.INT64 || labels.elementCount() != images) {
      throw new CommandException(file + ": " + labels + ", expected int64[" + images + "]");
    }
    long[] values = labels.data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    return Arrays.stream(values).mapToObj(Long::toString).toList();
  }
}
