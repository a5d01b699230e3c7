package io.nextscale.var;

/** Follows a generation scale by scale. */
@FunctionalInterface
public interface ScaleListener {
  /** Receives nothing. */
  ScaleListener NONE = event -> {};

  /**
   * Receives a finished scale. Called once for each scale, in order, on the thread that called
   * {@link ImageGenerator#generate}, or on the virtual thread of a {@link
   * ImageGenerator#generateAsync}. It may block: other generations compute meanwhile, while this
   * one keeps its memory. An exception ends the generation and reaches its caller.
   *
   * @param event state of the generation, usable during the call only
   */
  void onScale(ScaleEvent event);
}
