package io.nextscale.var.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A network of blocks whose layers can be replaced, block by block: packed weights of one block
 * replace the plain ones before the next block is packed.
 *
 * @param <T> the network
 */
public interface BlockModel<T extends BlockModel<T>> {
  /** Number of blocks. */
  int depth();

  /** Returns the same network with the layers of one block in another form. */
  T mapBlock(int index, LayerForm form);

  /** Returns the same network with the layers outside its blocks in another form. */
  T mapOutside(LayerForm form);

  /** Returns a list with one of its blocks changed. */
  static <B> List<B> changed(List<B> blocks, int index, UnaryOperator<B> change) {
    List<B> copy = new ArrayList<>(blocks);
    copy.set(index, change.apply(copy.get(index)));
    return copy;
  }
}
