package io.nextscale.evaluate.sample;

/** Is told the progress of a set of samples, on the thread that makes it. */
@FunctionalInterface
public interface SampleListener {
  /**
   * Called after each block.
   *
   * @param done images of the part that are there, those of earlier runs included
   * @param total images of the part
   */
  void onImages(int done, int total);

  /** Called after a classifier chose the images of a group. */
  default void onChoice(SampleGroup group, BestImages best) {}
}
