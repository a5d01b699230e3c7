package io.nextscale.spark.model;

import java.io.Serializable;

/**
 * Description that tasks carry instead of a model: texts that say how to load it. Equal ones share
 * one loaded model in a JVM.
 *
 * @param <M> the loaded model
 */
public interface Loadable<M extends AutoCloseable> extends Serializable {
  /** Loads the model, in the JVM of an executor. */
  M load();

  /** Bytes of its weights as far as files tell, for the check of memory; 0 if unknown. */
  long weightBytes();

  /** Number of threads that its operators use; 0: as many as the executor has cores. */
  int threads();
}
