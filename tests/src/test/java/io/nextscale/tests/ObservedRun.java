package io.nextscale.tests;

import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.scale.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A generation and the logits that its listener saw.
 *
 * @param logits after guidance and before filtering, as [image][position][V]
 */
record ObservedRun(GenerationResult result, float[][][] logits) {

  static ObservedRun of(ImageGenerator generator, GenerationRequest.Builder request) {
    List<float[]> perStep = new ArrayList<>();
    List<Scale> steps = new ArrayList<>();
    GenerationResult result =
        generator.generate(
            request
                .onScale(
                    event -> {
                      perStep.add(event.logits());
                      steps.add(event.scale());
                    })
                .build());
    int vocabulary = generator.spec().tokenizer().vocabularySize();
    return new ObservedRun(result, byPosition(perStep, steps, result.images().size(), vocabulary));
  }

  /** Arranges logits of one step after the other, each (B, l, V), by image and position. */
  static float[][][] byPosition(
      List<float[]> perStep, List<Scale> steps, int batch, int vocabulary) {
    int positions = steps.stream().mapToInt(Scale::tokens).sum();
    float[][][] logits = new float[batch][positions][];
    int start = 0;
    for (int k = 0; k < perStep.size(); k++) {
      int tokens = steps.get(k).tokens();
      for (int row = 0; row < batch * tokens; row++) {
        logits[row / tokens][start + row % tokens] =
            Arrays.copyOfRange(perStep.get(k), row * vocabulary, (row + 1) * vocabulary);
      }
      start += tokens;
    }
    return logits;
  }

  /** The logits at some positions of all images, (B, n, V) row-major. */
  float[] at(long[] positions) {
    List<float[]> rows = new ArrayList<>();
    for (float[][] image : logits) {
      for (long position : positions) {
        rows.add(image[(int) position]);
      }
    }
    return joined(rows);
  }

  /** The logits at the first positions of all images, (B, n, V) row-major. */
  float[] first(int positions) {
    long[] all = new long[positions];
    Arrays.setAll(all, i -> i);
    return at(all);
  }

  /** Rows of (B, L, V) at some positions. */
  static float[] at(float[] flat, int batch, int vocabulary, long[] positions) {
    int length = flat.length / batch / vocabulary;
    List<float[]> rows = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      for (long position : positions) {
        int start = (int) (b * length + position) * vocabulary;
        rows.add(Arrays.copyOfRange(flat, start, start + vocabulary));
      }
    }
    return joined(rows);
  }

  private static float[] joined(List<float[]> rows) {
    float[] all = new float[rows.stream().mapToInt(row -> row.length).sum()];
    int at = 0;
    for (float[] row : rows) {
      System.arraycopy(row, 0, all, at, row.length);
      at += row.length;
    }
    return all;
  }
}
