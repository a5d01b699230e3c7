package io.nextscale.var;

/** Follows a generation from scale to scale. */
@FunctionalInterface
public interface ScaleListener {
  /**
   * A scale is done. Called on the generating thread, which waits; an exception ends the
   * generation.
   *
   * @param event usable during the call only
   */
  void onScale(ScaleEvent event);
}
