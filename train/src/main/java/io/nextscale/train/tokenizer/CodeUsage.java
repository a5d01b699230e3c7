package io.nextscale.train.tokenizer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * How often each code is found at each scale: a moving average over steps ({@code ema_vocab_hit_SV}
 * of VAR's quantizer). Of a FlexVAR tokenizer a scale counts at the steps that compare it.
 */
final class CodeUsage implements AutoCloseable {
  private static final float DECAY = 0.98f;
  // a code that is found less often than this share of an even spread does not count as used
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

  /** Takes in the codes that were found at scale k in one step. */
  void add(int k, long[] tokens) {
    float[] counts = new float[vocabulary];
    for (long token : tokens) {
      counts[(int) token]++;
    }
    for (int v = 0; v < vocabulary; v++) {
      set(k, v, DECAY * get(k, v) + (1 - DECAY) * counts[v]);
    }
  }

  /** Share of the codes that are in use at scale k. */
  double share(int k) {
    double total = 0;
    for (int v = 0; v < vocabulary; v++) {
      total += get(k, v);
    }
    int used = 0;
    for (int v = 0; v < vocabulary; v++) {
      used += get(k, v) > USED * total / vocabulary ? 1 : 0;
    }
    return (double) used / vocabulary;
  }

  /** Codes that no scale finds; each then counts as found so often that it has time to be. */
  List<Integer> takeDead() {
    double[] sums = new double[vocabulary];
    double total = 0;
    for (int v = 0; v < vocabulary; v++) {
      for (int k = 0; k < scales; k++) {
        sums[v] += get(k, v);
      }
      total += sums[v];
    }
    List<Integer> dead = new ArrayList<>();
    for (int v = 0; v < vocabulary; v++) {
      if (sums[v] < DEAD * total / vocabulary) {
        dead.add(v);
        for (int k = 0; k < scales; k++) {
          set(k, v, (float) (5 * DEAD * total / vocabulary / scales));
        }
      }
    }
    return dead;
  }

  private float get(int k, int v) {
    return hits.segment().getAtIndex(ValueLayout.JAVA_FLOAT, (long) k * vocabulary + v);
  }

  private void set(int k, int v, float value) {
    hits.segment().setAtIndex(ValueLayout.JAVA_FLOAT, (long) k * vocabulary + v, value);
  }

  @Override
  public void close() {
    scope.close();
  }
}
