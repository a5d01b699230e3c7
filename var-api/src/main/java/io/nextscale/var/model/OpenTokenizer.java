package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.WeightSource;
import java.util.List;
import java.util.Objects;

/**
 * Opened tokenizer: its configuration, and its weights, which are still on disk.
 *
 * @param spec configuration
 * @param weights weights of the tokenizer
 * @param files mapped weight files; must stay open while weights are read
 */
public record OpenTokenizer(TokenizerSpec spec, WeightSource weights, List<Checkpoint> files)
    implements AutoCloseable {
  /** Checks that no component is null. */
  public OpenTokenizer {
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(files, "files");
  }

  /** Closes the files. */
  @Override
  public void close() {
    files.forEach(Checkpoint::close);
  }
}
