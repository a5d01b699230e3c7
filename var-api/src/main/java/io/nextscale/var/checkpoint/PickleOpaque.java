package io.nextscale.var.checkpoint;

/**
 * Stands for a global that this package does not know, and for whatever a pickle makes of it: a
 * name without code and content. It cannot be called, read or used as a weight.
 *
 * @param name of the class or function, such as {@code argparse.Namespace}
 */
record PickleOpaque(String name) implements PickleGlobal {
  /** Whether it may hold weights, in a form that this package does not read. */
  boolean mayHoldWeights() {
    return name.startsWith("torch") || name.endsWith(".multiarray._reconstruct");
  }
}
