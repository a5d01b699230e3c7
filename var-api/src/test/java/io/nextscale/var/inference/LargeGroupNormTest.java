package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.nn.GroupNorm;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The norm of large maps against float64. */
class LargeGroupNormTest {
  private static final int CHANNELS = 8;
  private static final int GROUPS = 4;
  private static final double EPSILON = 1e-6;

  /** Rounding of the result, which reaches some 12. */
  private static final double TOLERANCE = 6e-6;

  private final int threads = CpuThreads.count();

  @AfterEach
  void restore() {
    CpuThreads.setCount(threads);
    assertThat(Torch.liveTensors()).isZero();
  }

  /** Channels differ in mean, as those of a feature map do. */
  private static float[] map(int batch, int height, int width) {
    Random random = new Random(1);
    float[] values = new float[batch * height * width * CHANNELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (i % CHANNELS * 5 % 8 / 2.0 - 1.75 + 0.5 * random.nextGaussian());
    }
    return values;
  }

  private static double[] expected(float[] values, int batch, float[] weight, float[] bias) {
    double[] result = new double[values.length];
    int image = values.length / batch;
    for (int start = 0; start < values.length; start += image) {
      double[] mean = new double[GROUPS];
      double[] variance = new double[GROUPS];
      double count = (double) image / GROUPS;
      for (int i = 0; i < image; i++) {
        mean[group(i)] += values[start + i] / count;
      }
      for (int i = 0; i < image; i++) {
        variance[group(i)] += Math.pow(values[start + i] - mean[group(i)], 2) / count;
      }
      for (int i = 0; i < image; i++) {
        double unit =
            (values[start + i] - mean[group(i)]) / Math.sqrt(variance[group(i)] + EPSILON);
        result[start + i] = unit * weight[i % CHANNELS] + bias[i % CHANNELS];
      }
    }
    return result;
  }

  private static int group(int index) {
    return index % CHANNELS * GROUPS / CHANNELS;
  }

  private static void assertExact(int batch, int height, int width) {
    float[] values = map(batch, height, width);
    float[] weight = {1, 2, -1, 0.5f, 1, 1, 1, 3};
    float[] bias = {0, 1, 0, 0, -2, 0, 0, 0};
    double[] wanted = expected(values, batch, weight, bias);
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor x = Tensor.of(values, batch, height, width, CHANNELS).permute(0, 3, 1, 2);
      assertThat(LargeGroupNorm.serves(x)).isTrue();
      GroupNorm norm =
          new GroupNorm(Tensor.of(weight, CHANNELS), Tensor.of(bias, CHANNELS), GROUPS, EPSILON);
      for (int count : new int[] {1, 2}) {
        CpuThreads.setCount(count);
        Tensor y = LargeGroupNorm.forward(norm, x);
        assertThat(y.shape()).isEqualTo(x.shape());
        float[] found = y.permute(0, 2, 3, 1).toFloats();
        double worst = 0;
        for (int i = 0; i < found.length; i++) {
          worst = Math.max(worst, Math.abs(found[i] - wanted[i]));
        }
        assertThat(worst).as("%d threads", count).isLessThan(TOLERANCE);
      }
    }
  }

  @Test
  void agreesWithFloat64ForAnyNumberOfThreads() {
    assertExact(1, 512, 512);
  }

  @Test
  void theLastTileMayBeSmaller() {
    assertExact(2, 331, 203);
  }

  @Test
  void smallMapsAndOtherLayoutsAreLibtorchs() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor small = Tensor.of(map(1, 256, 256), 1, 256, 256, CHANNELS).permute(0, 3, 1, 2);
      assertThat(LargeGroupNorm.serves(small)).isFalse();
      Tensor rows = Tensor.of(map(1, 300, 300), 1, CHANNELS, 300, 300);
      assertThat(LargeGroupNorm.serves(rows)).isFalse();
    }
  }
}
