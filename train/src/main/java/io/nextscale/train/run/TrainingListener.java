package io.nextscale.train.run;

import java.util.Map;

/** Receives the progress of a training and of its parts. */
public interface TrainingListener {
  /**
   * Announces that a part begins or goes on.
   *
   * @param part {@code tokenizer}, {@code tokens}, {@code transformer}, or a rung of a ladder
   * @param total its steps, or images to encode
   * @param imagesPerStep images in one step
   */
  void begun(String part, long total, int imagesPerStep);

  /**
   * Reports a step of the part that runs.
   *
   * @param done steps taken so far, those of earlier processes included
   * @param figures of the last step by column, none for tokens
   */
  void progressed(long done, Map<String, Double> figures);

  /**
   * Reports the progress of an evaluation that takes long.
   *
   * @param figure the figure that is computed
   * @param images images that are done
   * @param total images in all
   */
  default void evaluating(String figure, int images, int total) {}

  /**
   * Reports an evaluation of the part that runs.
   *
   * @param done steps taken before it
   * @param figures on held-out images by column
   */
  void evaluated(long done, Map<String, Double> figures);
}
