package io.nextscale.train.tokenizer;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Queries of a quantizer, which first and dead codes are set to.
 *
 * @param values (n, width), row-major
 * @param width length of a code, Cvae
 */
record CodeVectors(float[] values, int width) {
  /** Collects all vectors of feature maps (B, Cvae, h, w) of any sizes. */
  static CodeVectors of(List<Tensor> maps) {
    int width = (int) maps.getFirst().size(1);
    int elements = 0;
    for (Tensor map : maps) {
      elements = Math.addExact(elements, Math.toIntExact(map.numel()));
    }
    float[] values = new float[elements];
    int at = 0;
    try (TensorScope scope = TensorScope.open()) {
      for (Tensor map : maps) {
        float[] rows = map.permute(0, 2, 3, 1).contiguous().toFloats();
        System.arraycopy(rows, 0, values, at, rows.length);
        at += rows.length;
      }
    }
    return new CodeVectors(values, width);
  }

  int count() {
    return values.length / width;
  }

  /**
   * Sets codes to vectors drawn from these, none of them twice as long as there are enough.
   *
   * @param codebook float32 (V, Cvae), written to
   * @param codes indices of the codes
   */
  void writeTo(Tensor codebook, List<Integer> codes, SplittableRandom random) {
    int[] order = new int[count()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    MemorySegment memory = codebook.segment();
    for (int i = 0; i < codes.size(); i++) {
      int place = i % order.length;
      int other = random.nextInt(place, order.length);
      int drawn = order[other];
      order[other] = order[place];
      order[place] = drawn;
      long first = (long) codes.get(i) * width;
      for (int c = 0; c < width; c++) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, first + c, values[drawn * width + c]);
      }
    }
  }
}
