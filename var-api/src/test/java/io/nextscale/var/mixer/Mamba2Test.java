package io.nextscale.var.mixer;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Reduction;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.config.Mamba2Config;
import io.nextscale.var.nn.DenseLinear;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Mamba-2 layer against itself: pieces of any length, gradients, extreme decays. */
class Mamba2Test {
  private static final Mamba2Config CONFIG = new Mamba2Config(24, 48, 16, 8, 4);
  private static final double SAME = 1e-5; // of the largest value

  private static Tensor random(SplittableRandom random, double deviation, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = deviation * random.nextGaussian();
    }
    return Tensor.of(values, shape);
  }

  /** The weights of a layer in float64, in the order of {@link #layer}. */
  private static List<Tensor> weights(double logDecay) {
    SplittableRandom random = new SplittableRandom(3);
    return List.of(
        random(random, 0.2, CONFIG.projectedWidth(), CONFIG.width()),
        random(random, 0.5, CONFIG.convWidth(), 1, CONFIG.kernel()),
        random(random, 0.2, CONFIG.convWidth()),
        random(random, 1, CONFIG.heads()),
        random(random, 1, CONFIG.heads()).add(logDecay),
        random(random, 1, CONFIG.heads()),
        random(random, 1, CONFIG.innerWidth()),
        random(random, 0.2, CONFIG.width(), CONFIG.innerWidth()));
  }

  private static Mamba2 layer(List<Tensor> w) {
    return new Mamba2(
        new DenseLinear(w.get(0), null),
        new CausalConv(w.get(1), w.get(2)),
        w.get(3),
        Functional.exp(w.get(4)).mul(-1),
        w.get(5),
        w.get(6),
        new DenseLinear(w.get(7), null));
  }

  private static Mamba2 float32(double logDecay) {
    return layer(weights(logDecay).stream().map(weight -> weight.to(DType.FLOAT32)).toList());
  }

  private static Mamba2.State start(DType dtype, long rows) {
    return Mamba2.State.zeros(CONFIG, rows, dtype, Device.CPU);
  }

  private static float[] inPieces(Mamba2 layer, Tensor x, int... lengths) {
    List<Tensor> outputs = new ArrayList<>();
    Mamba2.State state = start(DType.FLOAT32, x.size(0));
    long at = 0;
    for (int i = 0; at < x.size(1); i++) {
      long length = Math.min(lengths[i % lengths.length], x.size(1) - at);
      Mamba2.Output output = layer.forward(x.narrow(1, at, length), state);
      outputs.add(output.hidden());
      state = output.after();
      at += length;
    }
    outputs.add(state.state().reshape(x.size(0), -1, CONFIG.width()));
    return Functional.cat(outputs, 1).toFloats();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-7, 0, 2, 6})
  void doesNotDependOnThePieces(double logDecay) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Mamba2 layer = float32(logDecay);
      Tensor x = random(new SplittableRandom(5), 1, 2, 680, CONFIG.width()).to(DType.FLOAT32);
      float[] whole = inPieces(layer, x, 680);
      assertSame(inPieces(layer, x, 1), whole);
      assertSame(inPieces(layer, x, 1, 4, 9, 16, 25, 36, 64, 100, 169, 256), whole);
      assertSame(inPieces(layer, x, 63, 65, 64, 3, 128), whole);
    }
  }

  private static void assertSame(float[] actual, float[] wanted) {
    assertThat(actual).hasSameSizeAs(wanted);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < wanted.length; i++) {
      largest = Math.max(largest, Math.abs(wanted[i]));
      worst = Math.max(worst, Math.abs((double) actual[i] - wanted[i]));
    }
    assertThat(largest).isGreaterThan(0.1);
    assertThat(worst / largest).isLessThan(SAME);
  }

  @Test
  void hasTheGradientsOfFiniteDifferences() {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> weights = new ArrayList<>(weights(0));
      SplittableRandom random = new SplittableRandom(7);
      weights.add(random(random, 1, 2, 70, CONFIG.width())); // a whole chunk and a rest
      weights.add(random(random, 1, 2, CONFIG.kernel() - 1, CONFIG.convWidth()));
      weights.add(random(random, 1, 2, CONFIG.heads(), CONFIG.headWidth(), CONFIG.stateWidth()));
      Tensor factors = random(random, 1, 2, 70, CONFIG.width());
      List<Tensor> leaves = weights.stream().map(Autograd::parameter).toList();
      try (GradMode training = GradMode.enabled()) {
        Autograd.backward(loss(leaves, factors));
      }
      for (int i = 0; i < leaves.size(); i++) {
        Tensor direction = random(random, 1, leaves.get(i).shape());
        double slope =
            Reduction.sum(Autograd.gradient(leaves.get(i)).orElseThrow().mul(direction)).item();
        double difference =
            (moved(leaves, i, direction, 1e-5, factors)
                    - moved(leaves, i, direction, -1e-5, factors))
                / 2e-5;
        assertThat(Math.abs(difference - slope))
            .as("weight %s: %s by differences, %s by autograd", i, difference, slope)
            .isLessThan(1e-6 * Math.max(1, Math.abs(slope)));
        assertThat(Math.abs(slope)).as("slope of weight %s", i).isGreaterThan(1e-2);
      }
    }
  }

  private static Tensor loss(List<Tensor> w, Tensor factors) {
    Mamba2.State before = new Mamba2.State(w.get(9), w.get(10));
    Mamba2.Output output = layer(w.subList(0, 8)).forward(w.get(8), before);
    Tensor outputs = Reduction.sum(output.hidden().mul(factors));
    return outputs.add(Reduction.sum(output.after().state()));
  }

  private static double moved(
      List<Tensor> leaves, int index, Tensor direction, double step, Tensor factors) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      List<Tensor> changed = new ArrayList<>(leaves);
      changed.set(index, leaves.get(index).add(direction, step));
      return loss(changed, factors).item();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-20, 8, 12})
  void staysFiniteWithExtremeDecaysOverLongSequences(double logDecay) {
    try (GradMode training = GradMode.enabled();
        TensorScope scope = TensorScope.open()) {
      Mamba2 layer = float32(logDecay);
      Tensor drawn = random(new SplittableRandom(9), 3, 1, 5000, CONFIG.width());
      Tensor x = Autograd.parameter(drawn.to(DType.FLOAT32));
      Mamba2.Output output = layer.forward(x, start(DType.FLOAT32, 1));
      Tensor loss = Functional.mean(output.hidden()).add(Functional.mean(output.after().state()));
      Autograd.backward(loss);
      assertFinite(output.hidden().toFloats());
      assertFinite(output.after().state().toFloats());
      assertFinite(Autograd.gradient(x).orElseThrow().toFloats());
    }
  }

  private static void assertFinite(float[] values) {
    for (float value : values) {
      assertThat(value).isFinite();
    }
  }
}
