package io.nextscale.evaluate.inception.layer;

/** Size of the feature map of an image. */
public record MapSize(int channels, int height, int width) {
  /** The size after a window has slid over the map. */
  MapSize slid(
      int outputs,
      int kernelHeight,
      int kernelWidth,
      int stride,
      int paddingHeight,
      int paddingWidth) {
    return new MapSize(
        outputs,
        (height + 2 * paddingHeight - kernelHeight) / stride + 1,
        (width + 2 * paddingWidth - kernelWidth) / stride + 1);
  }

  /** Number of places. */
  long places() {
    return (long) height * width;
  }
}
