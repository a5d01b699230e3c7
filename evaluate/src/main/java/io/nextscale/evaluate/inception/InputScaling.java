package io.nextscale.evaluate.inception;

import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

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
    void write(RgbSamples image, float[] target) {
      float[] rows = BilinearAxis.positions(image.height(), false);
      float[] columns = BilinearAxis.positions(image.width(), false);
      BilinearAxis.resize(image, rows, columns, 1, target);
      for (int i = 0; i < SIZE; i++) {
        target[i] = (target[i] - 128f) / 128f;
      }
    }
  },
  /** Bilinear resize with centres of pixels, of {@code u / 255}, then 2 x - 1: pytorch-fid. */
  PYTORCH {
    @Override
    void write(RgbSamples image, float[] target) {
      float[] rows = BilinearAxis.positions(image.height(), true);
      float[] columns = BilinearAxis.positions(image.width(), true);
      BilinearAxis.resize(image, rows, columns, 255, target);
      for (int i = 0; i < SIZE; i++) {
        target[i] = 2 * target[i] - 1;
      }
    }
  },
  /** Pillow's bicubic resize in float32, clipped, then {@code (u - 128) / 128}: clean-fid. */
  PILLOW {
    @Override
    void write(RgbSamples image, float[] target) {
      BicubicResize.write(image, target);
      for (int i = 0; i < SIZE; i++) {
        target[i] = (Math.clamp(target[i], 0f, 255f) - 128f) / 128f;
      }
    }
  };

  /** Number of samples of an input. */
  static final int SIZE = 3 * Inception.SIDE * Inception.SIDE;

  /** Writes the input (299, 299, 3) of an image. */
  abstract void write(RgbSamples image, float[] target);

  /**
   * Returns the input (B, 3, 299, 299) of images in float32, in channels-last layout; it joins the
   * innermost scope.
   */
  public Tensor tensor(List<RgbSamples> images) {
    Tensor all =
        Tensor.empty(DType.FLOAT32, Device.CPU, images.size(), Inception.SIDE, Inception.SIDE, 3);
    MemorySegment memory = all.segment();
    float[] input = new float[SIZE];
    for (int i = 0; i < images.size(); i++) {
      write(images.get(i), input);
      long start = (long) i * SIZE * Float.BYTES;
      MemorySegment.copy(input, 0, memory, ValueLayout.JAVA_FLOAT, start, SIZE);
    }
    return all.permute(0, 3, 1, 2);
  }
}
