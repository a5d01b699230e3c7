package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.WeightSource;
import java.util.List;

/**
 * An opened tokenizer: its configuration, and its weights that are still on disk.
 *
 * @param spec its configuration
 * @param weights weights of the tokenizer
 * @param files mapped for as long as the weights are used
 */
public record OpenTokenizer(TokenizerSpec spec, WeightSource weights, List<Checkpoint> files)
    implements AutoCloseable {
  @Override
  public void close() {
    files.forEach(Checkpoint::close);
  }
}
