package io.nextscale.evaluate.inception;

import io.nextscale.evaluate.image.RgbSamples;

/**
 * How an evaluator brings an image to the input of the network: 299×299 samples in channels, about
 * -1 to 1. The figures of different evaluators differ by this alone.
 */
public enum InputScaling {
  /**
   * TensorFlow 1's bilinear resize without shift of half a pixel, then {@code (u - 128) / 128}: as
   * OpenAI's evaluator and torch-fidelity. Equal to TensorFlow's kernel in every bit.
   */
  TENSORFLOW {
    @Override
    void write(RgbSamples image, float[] target, int offset) {
      float[] rows = BilinearAxis.positions(image.height(), false);
      float[] columns = BilinearAxis.positions(image.width(), false);
      BilinearAxis.resize(image, rows, columns, 1, target, offset);
      for (int i = offset; i < offset + SIZE; i++) {
        target[i] = (target[i] - 128f) / 128f;
      }
    }
  },
  /** Bilinear resize with centres of pixels, of {@code u / 255}, then 2 x - 1: pytorch-fid. */
  PYTORCH {
    @Override
    void write(RgbSamples image, float[] target, int offset) {
      float[] rows = BilinearAxis.positions(image.height(), true);
      float[] columns = BilinearAxis.positions(image.width(), true);
      BilinearAxis.resize(image, rows, columns, 255, target, offset);
      for (int i = offset; i < offset + SIZE; i++) {
        target[i] = 2 * target[i] - 1;
      }
    }
  },
  /** Pillow's bicubic resize in float32, clipped, then {@code (u - 128) / 128}: clean-fid. */
  PILLOW {
    @Override
    void write(RgbSamples image, float[] target, int offset) {
      BicubicResize.write(image, target, offset);
      for (int i = offset; i < offset + SIZE; i++) {
        target[i] = (Math.clamp(target[i], 0f, 255f) - 128f) / 128f;
      }
    }
  };

  /** Number of samples of an input. */
  public static final int SIZE = 3 * Inception.SIDE * Inception.SIDE;

  /** Writes the input (3, 299, 299) of an image to a place of an array. */
  abstract void write(RgbSamples image, float[] target, int offset);

  /** Returns the input (3, 299, 299) of an image. */
  public float[] input(RgbSamples image) {
    float[] target = new float[SIZE];
    write(image, target, 0);
    return target;
  }
}
