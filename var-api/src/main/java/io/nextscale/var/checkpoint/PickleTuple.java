package io.nextscale.var.checkpoint;

import java.util.List;

/** A tuple of a pickle; other values are Java's own and {@link #NONE}. */
record PickleTuple(List<Object> items) {
  /** Python's None, so that null is never a value. */
  static final Object NONE = None.NONE;

  static final PickleTuple EMPTY = new PickleTuple(List.of());

  private enum None {
    NONE
  }

  int size() {
    return items.size();
  }

  Object get(int index) {
    return items.get(index);
  }
}
