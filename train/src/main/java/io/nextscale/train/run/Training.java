package io.nextscale.train.run;

import io.nextscale.torch.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A training, step by step. Everything random at a step depends on the seed and the step's number
 * alone, so with its {@link #state} restored a training goes on as if it had never stopped.
 */
public interface Training extends AutoCloseable {
  /** Number of steps that the schedules are made for. */
  long steps();

  /** Images in one step. */
  int imagesPerStep();

  /** Names of all figures that steps and evaluations give. */
  List<String> columns();

  /**
   * Takes one step.
   *
   * @param step its number, from 0
   * @return figures of it
   * @throws IllegalStateException if the training has diverged
   */
  Map<String, Double> step(long step);

  /** Figures on images that are not trained on. */
  Map<String, Double> evaluate();

  /**
   * Draws images that show the state of the model.
   *
   * @param file PNG
   * @throws io.nextscale.var.image.ImageException if it cannot be written
   */
  void draw(Path file);

  /** Every tensor that later steps depend on, by a name of its own; loading writes to them. */
  Map<String, Tensor> state();

  /**
   * Writes the trained weights as a checkpoint that loads for use.
   *
   * @param file safetensors, float16
   */
  void export(Path file);

  @Override
  void close();
}
