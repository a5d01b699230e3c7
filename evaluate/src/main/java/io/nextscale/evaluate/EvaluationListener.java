package io.nextscale.evaluate;

import java.nio.file.Path;

/** Is told the progress of an evaluation, by one thread at a time. */
@FunctionalInterface
public interface EvaluationListener {
  /**
   * Called after each batch.
   *
   * @param set the folder or file
   * @param done images whose features are there
   * @param total images of the set
   */
  void onImages(Path set, int done, int total);
}
