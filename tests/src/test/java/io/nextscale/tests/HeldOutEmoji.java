package io.nextscale.tests;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.image.PixelArray;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The 64 emoji that no demo model was trained on, and their labels among the 19 classes of
 * emoji-flexvar.
 */
record HeldOutEmoji(List<PixelArray> images, List<String> labels) {
  static final int SIDE = 64;

  static HeldOutEmoji read() {
    try (Checkpoint data = Checkpoint.open(Fixture.resource("emoji-var/eval_tokens.safetensors"))) {
      byte[] pixels = data.tensors().get("images").data().toArray(ValueLayout.JAVA_BYTE);
      long[] classes = data.tensors().get("labels").data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
      return new HeldOutEmoji(
          images(pixels), Arrays.stream(classes).mapToObj(Long::toString).toList());
    }
  }

  private static List<PixelArray> images(byte[] pixels) {
    int each = 3 * SIDE * SIDE;
    List<PixelArray> result = new ArrayList<>();
    for (int start = 0; start < pixels.length; start += each) {
      float[] values = new float[each];
      for (int i = 0; i < each; i++) {
        values[i] = (pixels[start + i] & 0xff) / 127.5f - 1;
      }
      result.add(PixelArray.of(SIDE, SIDE, values));
    }
    return result;
  }

  /** Computes the PSNR in decibels, of values in [-1, 1]. */
  static double psnr(PixelArray truth, PixelArray made) {
    double squares = 0;
    float[] a = truth.values();
    float[] b = made.values();
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      squares += difference * difference;
    }
    return 10 * Math.log10(4 / (squares / a.length));
  }
}
