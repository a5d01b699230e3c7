package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.ChunkedAttention;
import io.nextscale.var.nn.FusedAttention;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundedSoftmaxTest {
  private static final Attention PLAIN = ChunkedAttention.withMaximum();
  private static final Attention BOUNDED = new ChunkedAttention(new BoundedSoftmax());
  private static final int HEADS = 3;
  private static final int WIDTH = 16;

  /**
   * Covers few and many keys; with the most keys, heads form several chunks for any number of
   * threads. bfloat16 has 8 bits: 0.4 % of each value.
   */
  @ParameterizedTest
  @CsvSource({"1, 4, 9, 4", "2, 25, 91, 4", "1, 600, 4000, 4", "1, 36, 91, 50"})
  void smallScoresAreAttendedToAsAnyAre(int batch, int length, int keys, double scale) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor q = unit(1, scale, batch, HEADS, length).to(DType.BFLOAT16);
      Tensor k = unit(2, 1, batch, HEADS, keys).to(DType.BFLOAT16);
      Tensor v = unit(3, 4, batch, HEADS, keys).to(DType.BFLOAT16);
      Tensor float32 =
          new FusedAttention()
              .attend(q.to(DType.FLOAT32), k.to(DType.FLOAT32), v.to(DType.FLOAT32), null, 1);
      double any = distance(float32, PLAIN.attend(q, k, v, null, 1));
      double small = distance(float32, BOUNDED.attend(q, k, v, null, 1));
      assertThat(small).isLessThan(1.5 * any + 0.001);
    }
    assertThat(Torch.liveTensors()).isZero();
  }

  /** The result is the common value of all keys, for scores up to the bound. */
  @ParameterizedTest
  @CsvSource({"60", "-60"})
  void theLargestSmallScoresDoNotOverflow(double score) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor q = constant(score / WIDTH, 8);
      Tensor result = BOUNDED.attend(q, constant(1, 4096), constant(0.75, 4096), null, 1);
      for (float value : result.to(DType.FLOAT32).contiguous().toFloats()) {
        assertThat(value).isCloseTo(0.75f, within(0.01f));
      }
    }
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void resultsLieAsTheNextMapWantsThem() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor result = BOUNDED.attend(constant(0, 5), constant(0, 100), constant(0, 100), null, 1);
      assertThat(result.transpose(1, 2).isContiguous()).isTrue();
    }
  }

  private static Tensor constant(double value, long positions) {
    return Tensor.full(value, DType.BFLOAT16, Device.CPU, 1, HEADS, positions, WIDTH);
  }

  /** Vectors (B, H, n, d) of a length and of any direction. */
  private static Tensor unit(long seed, double length, int batch, int heads, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] all = new float[batch * heads * n * WIDTH];
    for (int start = 0; start < all.length; start += WIDTH) {
      double squares = 0;
      for (int i = start; i < start + WIDTH; i++) {
        all[i] = (float) random.nextDouble(-1, 1);
        squares += all[i] * all[i];
      }
      for (int i = start; i < start + WIDTH; i++) {
        all[i] *= (float) (length / Math.sqrt(squares));
      }
    }
    return Tensor.of(all, batch, heads, n, WIDTH);
  }

  /** Computes the relative error: the length of the difference over that of the first. */
  private static double distance(Tensor expected, Tensor actual) {
    float[] a = expected.contiguous().toFloats();
    float[] b = actual.to(DType.FLOAT32).contiguous().toFloats();
    double difference = 0;
    double square = 0;
    for (int i = 0; i < a.length; i++) {
      difference += (a[i] - b[i]) * (double) (a[i] - b[i]);
      square += a[i] * (double) a[i];
    }
    return Math.sqrt(difference / square);
  }
}
