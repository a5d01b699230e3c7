package io.nextscale.tests;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The 64 emoji that no demo model was trained on.
 *
 * @param labels class of each image in the embedded models; that of "no class" for 28 images
 * @param earlierLabels class of each image among the 19 classes of the earlier models
 */
record HeldOutEmoji(List<PixelArray> images, List<String> labels, List<String> earlierLabels) {
  static final int SIDE = 64;
  private static final int CLASSES = 17;

  static HeldOutEmoji read() throws IOException {
    Path folder = Fixture.resource("emoji-var");
    Map<?, ?> expected =
        (Map<?, ?>) Json.parse(Files.readAllBytes(folder.resolve("expected.json")));
    List<String> labels =
        ((List<?>) expected.get("labels"))
            .stream().map(label -> Long.toString(((Number) label).longValue())).toList();
    try (Checkpoint data = Checkpoint.open(folder.resolve("eval_tokens.safetensors"))) {
      byte[] pixels = data.tensors().get("images").data().toArray(ValueLayout.JAVA_BYTE);
      long[] classes = data.tensors().get("labels").data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
      return new HeldOutEmoji(
          images(pixels), labels, Arrays.stream(classes).mapToObj(Long::toString).toList());
    }
  }

  /** The images that have a class in the embedded models. */
  HeldOutEmoji ofAClass() {
    int[] chosen =
        IntStream.range(0, labels.size())
            .filter(i -> Integer.parseInt(labels.get(i)) < CLASSES)
            .toArray();
    return new HeldOutEmoji(at(images, chosen), at(labels, chosen), at(earlierLabels, chosen));
  }

  private static <T> List<T> at(List<T> all, int[] chosen) {
    return Arrays.stream(chosen).mapToObj(all::get).toList();
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
