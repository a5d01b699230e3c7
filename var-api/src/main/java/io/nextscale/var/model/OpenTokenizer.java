package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.WeightSource;
import java.util.List;

/**
 * A tokenizer ready to be loaded.
 *
 * @param spec its configuration
 * @param weights what it reads
 * @param files mapped for as long as the weights are used
 */
public record OpenTokenizer(TokenizerSpec spec, WeightSource weights, List<Checkpoint> files)
    implements AutoCloseable {
  @Override
  public void close() {
    files.forEach(Checkpoint::close);
  }
}
