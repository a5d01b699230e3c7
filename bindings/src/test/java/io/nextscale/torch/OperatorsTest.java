package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.cpu.OneDnn;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls every operator of the bridge with arguments whose result is known. */
class OperatorsTest {
  /** Operators that are called by functions of the ABI and have no {@link Operator}. */
  private static final List<String> FUNCTIONS = List.of("add", "sub", "copy_");

  @AfterEach
  void nothingIsLeftAlive() {
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void everyOperatorOfTheBridgeAgreesWithItsSchema() throws Exception {
    TreeSet<String> called = new TreeSet<>();
    try (OperatorProfile profile = OperatorProfile.start();
        TensorScope scope = TensorScope.open()) {
      layers();
      resizing();
      elements();
      reductionsAndLosses();
      shapes();
      comparisons();
      reductions();
      indexing();
      writing();
      gradients();
      if (OneDnn.convolves(DType.FLOAT32)) {
        packing();
      }
      profile.entries().forEach(entry -> called.add(entry.operator()));
    }
    TreeSet<String> operators = operators();
    assertThat(operators).contains("linear", "mul.Tensor", "fill_.Tensor").hasSizeGreaterThan(50);
    if (!OneDnn.convolves(DType.FLOAT32)) {
      System.out.println("  packing of weights NOT RUN: this libtorch has no oneDNN that is right");
      operators.removeIf(name -> name.startsWith("mkldnn::"));
    }
    operators.addAll(FUNCTIONS);
    assertThat(called).containsAll(operators);
  }

  /** Names of the operators that any class of the bindings has. */
  private static TreeSet<String> operators() throws Exception {
    TreeSet<String> names = new TreeSet<>();
    for (Class<?> type : classes()) {
      for (Field field : type.getDeclaredFields()) {
        if (field.getType() == Operator.class && Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          names.add(String.valueOf(field.get(null)));
        }
      }
    }
    return names;
  }

  private static List<Class<?>> classes() throws IOException, URISyntaxException {
    Path root = Path.of(Operator.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(name -> name.endsWith(".class") && !name.contains("abi"))
          .filter(name -> name.contains("io/nextscale/torch/"))
          .<Class<?>>map(name -> named(name.replace(".class", "").replace('/', '.')))
          .toList();
    }
  }

  private static Class<?> named(String name) {
    try {
      return Class.forName(name, false, Operator.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static Tensor ones(long... shape) {
    return Tensor.full(1, DType.FLOAT32, Device.CPU, shape);
  }

  private static void layers() {
    Tensor image = ones(1, 4, 6, 6);
    Tensor kernel = ones(2, 4, 3, 3);
    assertThat(Layers.conv2d(image, kernel, null, 1, 1).shape()).containsExactly(1, 2, 6, 6);
    assertThat(Layers.conv2d(image, kernel, Tensor.of(new float[] {1, 2}, 2), 2, 1).shape())
        .containsExactly(1, 2, 3, 3);
    Tensor up = Layers.convTranspose2d(image, ones(4, 3, 2, 2), ones(3), 2, 0);
    assertThat(up.shape()).containsExactly(1, 3, 12, 12);
    assertThat(up.toFloats()).containsOnly(5);
    Tensor weight = ones(4);
    assertThat(Layers.groupNorm(image, 2, weight, weight, 1e-6).toFloats()).containsOnly(1);
    Tensor[] moments = Layers.nativeGroupNorm(image, 2, null, weight, 0.25);
    assertThat(moments).hasSize(3);
    assertThat(moments[0].toFloats()).containsOnly(1);
    assertThat(moments[1].toFloats()).containsExactly(1, 1);
    assertThat(moments[2].toFloats()).containsExactly(2, 2);
    Tensor mean = Tensor.of(new float[] {0, 0, 0, -1}, 4);
    assertThat(Layers.batchNorm(image, mean, weight, weight, weight, 0).toFloats())
        .startsWith(2, 2)
        .endsWith(3, 3);
    Tensor x = Tensor.of(new float[] {-1, 0, 1, 2}, 1, 4);
    assertThat(Layers.layerNorm(x, 1e-6).toFloats()[3]).isCloseTo(1.3416f, within(1e-3f));
    assertThat(Layers.rmsNorm(Tensor.of(new float[] {3, 4}, 2), ones(2), 0).toFloats()[1])
        .isCloseTo(1.1314f, within(1e-3f)); // 4 / sqrt((9 + 16) / 2)
    assertThat(Layers.layerNorm(x, weight, weight, 1e-6).toFloats()[3])
        .isCloseTo(2.3416f, within(1e-3f));
    Tensor table = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    assertThat(Layers.embedding(table, Tensor.of(new long[] {1, 0}, 2)).toFloats())
        .containsExactly(3, 4, 1, 2);
    assertThat(Layers.linear(table, table, null).toFloats()).containsExactly(5, 11, 11, 25);
    Tensor heads = table.reshape(1, 1, 2, 2);
    assertThat(Layers.scaledDotProductAttention(heads, heads, heads, null, 0.5).shape())
        .containsExactly(1, 1, 2, 2);
  }

  private static void resizing() {
    Tensor image = ones(1, 4, 6, 6);
    assertThat(Layers.adaptiveAvgPool2d(image, 2, 3).shape()).containsExactly(1, 4, 2, 3);
    assertThat(Layers.upsampleBicubic2d(image, 9, 12).shape()).containsExactly(1, 4, 9, 12);
    assertThat(Layers.upsampleNearest2d(image, 2).shape()).containsExactly(1, 4, 12, 12);
    assertThat(Layers.pad(image, 0, 1, 0, 1).shape()).containsExactly(1, 4, 7, 7);
    Tensor row = Tensor.of(new float[] {1, 2}, 1, 1, 1, 2);
    assertThat(Layers.padReplicate(row, 2, 1, 0, 1).toFloats())
        .containsExactly(1, 1, 1, 2, 2, 1, 1, 1, 2, 2);
  }

  private static void elements() {
    Tensor x = Tensor.of(new float[] {-1, 0, 1, 2}, 1, 4);
    assertThat(Functional.relu(x).toFloats()).containsExactly(0, 0, 1, 2);
    assertThat(Functional.silu(x).toFloats()[3]).isCloseTo(1.7616f, within(1e-3f));
    assertThat(Functional.geluTanh(x).toFloats()[3]).isCloseTo(1.9546f, within(1e-3f));
    assertThat(Functional.softmax(x, 1).toFloats()[3]).isCloseTo(0.6439f, within(1e-3f));
    assertThat(Functional.add(x, x, 2).toFloats()).containsExactly(-3, 0, 3, 6);
    assertThat(Functional.sub(x, x, 3).toFloats()).containsExactly(2, 0, -2, -4);
    assertThat(x.add(x, 0.5).toFloats()).containsExactly(-1.5f, 0, 1.5f, 3);
    Tensor factors = Tensor.of(new float[] {2, 3}, 2, 1);
    for (GradMode mode : new GradMode[] {GradMode.enabled(), GradMode.disabled()}) {
      try (mode) {
        assertThat(Functional.addcmul(x, x, factors).toFloats())
            .containsExactly(-3, 0, 3, 6, -4, 0, 4, 8);
      }
    }
    assertThat(Functional.exp(x).toFloats()[1]).isEqualTo(1);
    assertThat(Functional.sqrt(x).toFloats()[2]).isEqualTo(1);
    assertThat(Functional.logaddexp(Tensor.scalar(0), Tensor.scalar(0)).item())
        .isCloseTo(Math.log(2), within(1e-6));
    assertThat(Functional.logaddexp(Tensor.scalar(200), Tensor.scalar(0)).item()).isEqualTo(200);
    assertThat(Functional.maximum(x, Tensor.scalar(0)).toFloats()).containsExactly(0, 0, 1, 2);
    assertThat(Functional.minimum(x, Tensor.scalar(0)).toFloats()).containsExactly(-1, 0, 0, 0);
    assertThat(x.mul(x).toFloats()).containsExactly(1, 0, 1, 4);
    assertThat(x.div(Tensor.scalar(2)).toFloats()).containsExactly(-0.5f, 0, 0.5f, 1);
    Tensor condition = Tensor.of(new boolean[] {true, false, true, false}, 4);
    assertThat(Functional.where(condition, x, x.mul(10)).toFloats()).containsExactly(-1, 0, 1, 20);
  }

  private static void reductionsAndLosses() {
    Tensor x = Tensor.of(new float[] {3, 4, 0, -5}, 2, 2);
    assertThat(Functional.matmul(x, x).toFloats()).containsExactly(9, -8, 0, 25);
    assertThat(Functional.dot(x.select(0, 0), x.select(0, 1)).toFloats()).containsExactly(-20);
    assertThat(Functional.sum(x, 1, false).toFloats()).containsExactly(7, -5);
    assertThat(Functional.mean(x).toFloats()).containsExactly(0.5f);
    assertThat(Functional.norm(x).toFloats()).containsExactly(5, 5);
    assertThat(Functional.norm(x).shape()).containsExactly(2, 1);
    assertThat(Functional.argmax(x, 1).toLongs()).containsExactly(1, 0);
    assertThat(Functional.argmin(x, 1).toLongs()).containsExactly(0, 1);
    Tensor zeros = Tensor.zeros(DType.FLOAT32, Device.CPU, 2, 2);
    assertThat(Functional.l1Loss(x, zeros).toFloats()).containsExactly(3);
    assertThat(Functional.mseLoss(x, zeros).toFloats()).containsExactly(12.5f);
    Tensor targets = Tensor.of(new long[] {0, 1}, 2);
    float[] each = Functional.crossEntropyLosses(x, targets).toFloats();
    assertThat(each[0]).isCloseTo(1.3133f, within(1e-3f));
    assertThat(each[1]).isCloseTo(5.0067f, within(1e-3f));
    assertThat(Functional.crossEntropyLoss(x, targets, 0).toFloats()[0])
        .isCloseTo((each[0] + each[1]) / 2, within(1e-5f));
  }

  private static void comparisons() {
    Tensor x = Tensor.of(new int[] {1, 2, 3}, 3);
    Tensor y = Tensor.of(new float[] {2, 2, 2}, 3);
    assertThat(Comparison.eq(x, y).toBooleans()).containsExactly(false, true, false);
    assertThat(Comparison.ne(x, y).toBooleans()).containsExactly(true, false, true);
    assertThat(Comparison.lt(x, y).toBooleans()).containsExactly(true, false, false);
    assertThat(Comparison.le(x, y).toBooleans()).containsExactly(true, true, false);
    assertThat(Comparison.gt(x, y).toBooleans()).containsExactly(false, false, true);
    assertThat(Comparison.ge(x, y).toBooleans()).containsExactly(false, true, true);
    assertThat(Comparison.gt(x, 1.5).toBooleans()).containsExactly(false, true, true);
    Tensor mask = Tensor.of(new boolean[] {true, false, false}, 3);
    assertThat(Comparison.logicalAnd(x, mask).toBooleans()).containsExactly(true, false, false);
    assertThat(Comparison.logicalOr(mask, Comparison.logicalNot(mask)).toBooleans())
        .containsOnly(true);
    assertThat(Comparison.isNan(Functional.sqrt(y.mul(-1))).toBooleans()).containsOnly(true);
    assertThat(Comparison.equal(x, x)).isTrue();
    assertThat(Comparison.allClose(y, y.add(1e-3), 0, 1e-2)).isTrue();
    assertThat(Comparison.allClose(y, y.add(1), 0, 1e-2)).isFalse();
    assertThat(x.add(x, 3).toInts()).containsExactly(4, 8, 12);
    assertThat(mask.add(mask).toBooleans()).containsExactly(true, false, false);
  }

  private static void reductions() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 6}, 2, 2);
    assertThat(Reduction.sum(x).item()).isEqualTo(12);
    assertThat(Reduction.prod(x).item()).isEqualTo(36);
    assertThat(Reduction.max(x).item()).isEqualTo(6);
    assertThat(Reduction.min(x).item()).isEqualTo(1);
    assertThat(Reduction.mean(x, 1, true).toFloats()).containsExactly(1.5f, 4.5f);
    assertThat(Reduction.amax(x, 0, false).toFloats()).containsExactly(3, 6);
    assertThat(Reduction.amin(x, 0, false).toFloats()).containsExactly(1, 2);
    assertThat(Reduction.var(x, 1, true, false).toFloats()).containsExactly(0.5f, 4.5f);
    assertThat(Reduction.std(x, 1, false, false).toFloats()).containsExactly(0.5f, 1.5f);
    assertThat(Reduction.logSumExp(x, 1, false).toFloats()[0]).isCloseTo(2.3133f, within(1e-3f));
    assertThat(Reduction.cumsum(x, 1).toFloats()).containsExactly(1, 3, 3, 9);
    assertThat(Reduction.countNonzero(Comparison.gt(x, 1)).itemLong()).isEqualTo(3);
    assertThat(Reduction.all(x).toBooleans()).containsExactly(true);
    assertThat(Reduction.any(Comparison.lt(x, 0)).toBooleans()).containsExactly(false);
    assertThat(Reduction.aminmax(x)[0].item()).isEqualTo(1);
    assertThat(Reduction.aminmax(x)[1].item()).isEqualTo(6);
  }

  /** A search for NaN relies on it, wherever in a vector, or on whatever thread, the NaN is. */
  @Test
  void extremesOfNanAreNan() {
    try (TensorScope scope = TensorScope.open()) {
      for (DType type : List.of(DType.FLOAT32, DType.BFLOAT16, DType.FLOAT16, DType.FLOAT64)) {
        for (int size : new int[] {1, 7, 67, 200_003}) {
          for (int at : new int[] {0, size / 3, size - 1}) {
            Tensor x = Tensor.full(1, type, Device.CPU, size);
            x.narrow(0, at, 1).copyFrom(Tensor.full(Double.NaN, type, Device.CPU, 1));
            for (Tensor extreme : Reduction.aminmax(x)) {
              assertThat(extreme.item()).as("%s %d of %d", type, at, size).isNaN();
            }
          }
        }
      }
    }
  }

  private static void indexing() {
    Tensor x = Tensor.of(new float[] {5, 1, 4, 2, 3, 2}, 2, 3);
    Tensor first = Tensor.of(new long[] {1, 0}, 2);
    assertThat(Indexing.index(x, Arrays.asList(null, first)).toFloats())
        .containsExactly(1, 5, 3, 2);
    assertThat(Indexing.indexSelect(x, 1, first).toFloats()).containsExactly(1, 5, 3, 2);
    assertThat(Indexing.gather(x, 1, first.reshape(2, 1)).toFloats()).containsExactly(1, 2);
    Tensor nine = Tensor.of(new float[] {9, 9}, 2, 1);
    assertThat(Indexing.scatter(x, 1, first.reshape(2, 1), nine).toFloats())
        .containsExactly(5, 9, 4, 9, 3, 2);
    Tensor mask = Comparison.gt(x, 2);
    assertThat(Indexing.maskedSelect(x, mask).toFloats()).containsExactly(5, 4, 3);
    assertThat(Indexing.maskedFill(x, mask, 0).toFloats()).containsExactly(0, 1, 0, 2, 0, 2);
    assertThat(Indexing.nonzero(mask).toLongs()).containsExactly(0, 0, 0, 2, 1, 1);
    assertThat(Indexing.slice(x, 1, 0, 3, 2).toFloats()).containsExactly(5, 4, 2, 2);
    assertThat(Indexing.tril(x).toFloats()).containsExactly(5, 0, 0, 2, 3, 0);
    assertThat(Indexing.flip(x, 1).toFloats()).containsExactly(4, 1, 5, 2, 3, 2);
    assertThat(Indexing.sort(x, 1, false).values().toFloats()).containsExactly(1, 4, 5, 2, 2, 3);
    assertThat(Indexing.argsort(x, 1, true).toLongs()).containsExactly(0, 2, 1, 1, 0, 2);
    assertThat(Indexing.topk(x, 1, 1).indices().toLongs()).containsExactly(0, 1);
    assertThat(Indexing.unique(x).toFloats()).containsExactly(1, 2, 3, 4, 5);
  }

  private static void shapes() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(Functional.cat(List.of(x, x), 0).shape()).containsExactly(4, 3);
    assertThat(Functional.unbind(x, 1)).hasSize(3);
    assertThat(x.reshape(3, -1).toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(x.permute(1, 0).unsqueeze(0).expand(3, -1, -1).shape()).containsExactly(3, 3, 2);
    assertThat(x.transpose(0, 1).contiguous().toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(x.narrow(1, 1, 2).toFloats()).containsExactly(2, 3, 5, 6);
    assertThat(x.select(0, 1).toFloats()).containsExactly(4, 5, 6);
    assertThat(x.to(DType.BFLOAT16).dtype()).isEqualTo(DType.BFLOAT16);
    assertThat(x.to(Device.META).device()).isEqualTo(Device.META);
  }

  private static void writing() {
    try (GradMode inference = GradMode.disabled()) {
      Tensor x = Tensor.of(new float[] {0, 2}, 2);
      Tensor y = Tensor.of(new float[] {4, 8}, 2);
      Tensor rounded = Tensor.empty(DType.BFLOAT16, Device.CPU, 2);
      InPlace.divOut(y, x.add(3), rounded); // 4/3, 8/5
      assertThat(rounded.toFloats()).containsExactly(1.3359375f, 1.6015625f);
      InPlace.divOut(x, y, x);
      assertThat(x.toFloats()).containsExactly(0, 0.25f);
      InPlace.expOut(x, x);
      assertThat(x.toFloats()[0]).isEqualTo(1);
      assertThat(InPlace.silu(y)).isSameAs(y);
      assertThat(y.toFloats()[0]).isCloseTo(3.9281f, within(1e-3f));
      assertThat(InPlace.fill(x, 7).toFloats()).containsExactly(7, 7);
      InPlace.zero(x);
      assertThat(x.toFloats()).containsExactly(0, 0);
      assertThat(x.copyFrom(Tensor.of(new long[] {3}, 1)).toFloats()).containsExactly(3, 3);
      Tensor step = ones();
      InPlace.fusedAdamW(
          List.of(x),
          List.of(ones(2)),
          List.of(Tensor.zeros(DType.FLOAT32, Device.CPU, 2)),
          List.of(Tensor.zeros(DType.FLOAT32, Device.CPU, 2)),
          List.of(step),
          new InPlace.AdamWHyperparameters(0.5, 0.9, 0.95, 0, 1e-8),
          null);
      assertThat(x.toFloats()[0]).isCloseTo(2.5f, within(1e-5f));
    }
  }

  private static void gradients() {
    try (GradMode training = GradMode.enabled();
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 2);
      Tensor two = Tensor.wrap(memory, DType.FLOAT32, new long[] {1}, new long[] {1});
      assertThat(two.mul(two).toFloats()).containsExactly(4); // asks is_leaf
      Tensor leaf = Autograd.parameter(Tensor.of(new float[] {1, 3}, 2));
      Autograd.backward(Functional.dot(leaf, Autograd.detach(leaf)));
      assertThat(Autograd.gradient(leaf).orElseThrow().toFloats()).containsExactly(1, 3);
    }
  }

  private static void packing() {
    try (GradMode inference = GradMode.disabled()) {
      Tensor weight = ones(4, 8);
      assertThat(
              OneDnn.linear(ones(2, 8), OneDnn.pack(weight), null, OneDnn.Activation.NONE)
                  .toFloats())
          .containsOnly(8);
      OneDnn.Window window = new OneDnn.Window(2, 0, 0);
      Tensor kernel = OneDnn.packConvolution(ones(3, 4, 2, 2), window, 1, 4, 6, 6);
      assertThat(
              OneDnn.convolution(ones(1, 4, 6, 6), kernel, null, window, OneDnn.Activation.RELU)
                  .toFloats())
          .hasSize(27)
          .containsOnly(16);
    }
  }
}
