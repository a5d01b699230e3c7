package io.nextscale.train.tokenizer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The number of times that each code is found at each scale, as a moving average over steps ({@code
 * ema_vocab_hit_SV} of VAR's quantizer). The average of a scale moves at the steps that compare it.
 */
final class CodeUsage implements AutoCloseable {
  private static final float DECAY = 0.98f;
  // shares of an even spread: below the first a code is not in use, below the second it is dead
  private static final double USED = 0.08;
  private static final double DEAD = 0.02;

  private final TensorScope scope = TensorScope.create();
  private final int scales;
  private final int vocabulary;
  private final Tensor hits;

  CodeUsage(int scales, int vocabulary) {
    this.scales = scales;
    this.vocabulary = vocabulary;
    try (TensorScope.Entry entry = scope.enter()) {
      hits = Tensor.zeros(DType.FLOAT32, Device.CPU, scales, vocabulary);
    }
  }

  /** The averages, float32 (K, V): all that is to be saved. */
  Tensor state() {
    return hits;
  }

  /**
   * Takes in the codes of one step.
   *
   * @param k the scale
   * @param tokens codes that were found at it
   */
  void add(int k, long[] tokens) {
    float[] counts = new float[vocabulary];
    for (long token : tokens) {
      counts[(int) token]++;
    }
    float[] averages = averages(k);
    for (int v = 0; v < vocabulary; v++) {
      averages[v] = DECAY * averages[v] + (1 - DECAY) * counts[v];
    }
    setAverages(k, averages);
  }

  /** Share of the codes that are in use at scale k. */
  double share(int k) {
    float[] averages = averages(k);
    double total = 0;
    for (float average : averages) {
      total += average;
    }
    int used = 0;
    for (float average : averages) {
      used += average > USED * total / vocabulary ? 1 : 0;
    }
    return (double) used / vocabulary;
  }

  /**
   * Finds the dead codes, which no scale finds, and sets their averages so high that the codes have
   * time to be found.
   */
  List<Integer> takeDead() {
    float[][] averages = new float[scales][];
    for (int k = 0; k < scales; k++) {
      averages[k] = averages(k);
    }
    double[] sums = new double[vocabulary];
    double total = 0;
    for (int v = 0; v < vocabulary; v++) {
      for (float[] ofScale : averages) {
        sums[v] += ofScale[v];
      }
      total += sums[v];
    }
    List<Integer> dead = new ArrayList<>();
    for (int v = 0; v < vocabulary; v++) {
      if (sums[v] < DEAD * total / vocabulary) {
        dead.add(v);
        for (float[] ofScale : averages) {
          ofScale[v] = (float) (5 * DEAD * total / vocabulary / scales);
        }
      }
    }
    for (int k = 0; k < scales; k++) {
      setAverages(k, averages[k]);
    }
    return dead;
  }

  private float[] averages(int k) {
    return row(k).toArray(ValueLayout.JAVA_FLOAT);
  }

  private void setAverages(int k, float[] averages) {
    row(k).copyFrom(MemorySegment.ofArray(averages));
  }

  private MemorySegment row(int k) {
    long bytes = (long) vocabulary * Float.BYTES;
    return hits.segment().asSlice(k * bytes, bytes);
  }

  @Override
  public void close() {
    scope.close();
  }
}
