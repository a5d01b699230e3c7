package io.nextscale.torch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.torch.TorchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Tests oneDNN's linear layer where this libtorch and this processor have it. Where they do not,
 * the names of the tests say NOT SERVED, and the tests check that calls are refused.
 */
class OneDnnTest {
  private static final List<DType> TYPES = List.of(DType.FLOAT32, DType.BFLOAT16);

  @AfterEach
  void nothingIsLeftAlive() {
    assertThat(Torch.liveTensors()).isZero();
  }

  /** Checks an element type that is served. */
  private interface Check {
    void run(DType dtype);
  }

  private static Stream<DynamicTest> whereServed(String what, List<DType> types, Check check) {
    return types.stream()
        .map(
            dtype ->
                OneDnn.isAvailable(dtype)
                    ? dynamicTest(dtype + ": " + what, () -> inference(dtype, check))
                    : dynamicTest(
                        dtype + ": NOT SERVED by this libtorch and processor, and refused",
                        () -> inference(dtype, OneDnnTest::isRefused)));
  }

  /** Where oneDNN reorders wrongly, packed weights and convolutions are refused instead. */
  private static Stream<DynamicTest> whereItReorders(String what, Check check) {
    if (Torch.usesOneDnn()) {
      return whereServed(what, TYPES, check);
    }
    return Stream.of(
        dynamicTest(
            "NOT USED: the oneDNN of this libtorch reorders wrongly, and is refused",
            () -> inference(DType.FLOAT32, OneDnnTest::isNotPacked)));
  }

  private static void isNotPacked(DType dtype) {
    Tensor weight = random(dtype, 1, 40, 96);
    Tensor kernel = random(dtype, 1, 4, 3, 2, 2);
    OneDnn.Window window = new OneDnn.Window(1, 0, 0);
    assertThat(OneDnn.packs(weight)).isFalse();
    assertThat(OneDnn.convolves(dtype)).isFalse();
    assertThatThrownBy(() -> OneDnn.pack(weight)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> OneDnn.packConvolution(kernel, window, 1, 3, 6, 6))
        .isInstanceOf(IllegalStateException.class);
    Tensor x = random(dtype, 2, 1, 3, 6, 6);
    assertThatThrownBy(() -> OneDnn.convolution(x, kernel, null, window, OneDnn.Activation.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("reorders wrongly");
  }

  private static void inference(DType dtype, Check check) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      check.run(dtype);
    }
  }

  private static void isRefused(DType dtype) {
    Tensor weight = random(dtype, 1, 40, 96);
    Tensor x = random(dtype, 2, 3, 96);
    assertThat(OneDnn.serves(weight)).isFalse();
    if (OneDnn.isAvailable(DType.FLOAT32)) { // else the function itself is not there
      assertThatThrownBy(() -> OneDnn.linear(x, weight, null, OneDnn.Activation.NONE))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("linear (oneDNN) failed")
          .hasMessageContaining(dtype + "[40, 96]");
    }
  }

  private static Tensor random(DType dtype, long seed, long... shape) {
    int count = 1;
    for (long side : shape) {
      count *= (int) side;
    }
    float[] values = new float[count];
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return Tensor.of(values, shape).to(dtype);
  }

  private static void assertClose(Tensor actual, Tensor expected, float tolerance) {
    assertThat(actual.shape()).containsExactly(expected.shape());
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    float[] wanted = expected.toFloats();
    float[] found = actual.toFloats();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i]).isCloseTo(wanted[i], within(tolerance));
    }
  }

  /**
   * Compares the availability, which a computation decides, with the flags of the processor.
   * libtorch's x86 builds have oneDNN; it computes in bfloat16 with AVX-512, and in new processors
   * without AVX-512 by AVX-NE-CONVERT.
   */
  @TestFactory
  Stream<DynamicTest> availabilityIsThatOfTheProcessor() {
    Set<String> known = Processor.ofMachine().instructions();
    if (known.isEmpty() || !System.getProperty("os.arch", "").equals("amd64")) {
      return Stream.of(
          dynamicTest(
              "NOT HELD AGAINST THE PROCESSOR: no Linux on x86; float32 is there if bfloat16 is",
              () ->
                  assertThat(OneDnn.isAvailable(DType.FLOAT32))
                      .isIn(true, OneDnn.isAvailable(DType.BFLOAT16))));
    }
    boolean avx512 = known.containsAll(List.of("avx512bw", "avx512vl", "avx512dq"));
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(
        dynamicTest(
            "float32 is available", () -> assertThat(OneDnn.isAvailable(DType.FLOAT32)).isTrue()));
    if (known.contains("avx_ne_convert") && !avx512) {
      tests.add(
          dynamicTest(
              "bfloat16 by AVX-NE-CONVERT, which oneDNN may use or not",
              () -> assertThat(OneDnn.isAvailable(DType.FLOAT32)).isTrue()));
    } else {
      tests.add(
          dynamicTest(
              "bfloat16 is " + (avx512 ? "available: AVX-512" : "NOT AVAILABLE: no AVX-512"),
              () -> assertThat(OneDnn.isAvailable(DType.BFLOAT16)).isEqualTo(avx512)));
    }
    return tests.stream();
  }

  /** Every use of a packed weight but the linear layer is refused. */
  @TestFactory
  Stream<DynamicTest> packedWeightsHaveNoMemoryToRead() {
    return whereItReorders(
        "packed weights have no memory to read",
        dtype -> {
          Tensor packed = OneDnn.pack(random(dtype, 1, 40, 96));
          assertThatThrownBy(packed::segment)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining(dtype + "[40, 96]");
          assertThatThrownBy(packed::toFloats).isInstanceOf(IllegalStateException.class);
          assertThatThrownBy(() -> Functional.silu(packed)).isInstanceOf(TorchException.class);
        });
  }

  /** Sums of 96 products differ in the order of addition; bfloat16 has 8 bits. */
  @TestFactory
  Stream<DynamicTest> agreesWithLinear() {
    return whereServed("agrees with aten::linear", TYPES, dtype -> agrees(dtype, tolerance(dtype)));
  }

  private static float tolerance(DType dtype) {
    return dtype == DType.FLOAT32 ? 1e-5f : 3e-2f;
  }

  private static void agrees(DType dtype, float tolerance) {
    Tensor weight = random(dtype, 1, 40, 96);
    Tensor bias = random(dtype, 2, 40);
    assertThat(OneDnn.serves(weight)).isTrue();
    for (int rows : new int[] {1, 2, 33}) {
      Tensor x = random(dtype, rows, 2, rows, 96);
      Tensor plain = Layers.linear(x, weight, bias);
      assertClose(OneDnn.linear(x, weight, bias, OneDnn.Activation.NONE), plain, tolerance);
      if (OneDnn.packs(weight)) {
        Tensor packed = OneDnn.pack(weight);
        assertThat(packed.shape()).containsExactly(40, 96);
        assertClose(OneDnn.linear(x, packed, bias, OneDnn.Activation.NONE), plain, tolerance);
      }
      assertClose(
          OneDnn.linear(x, weight, null, OneDnn.Activation.NONE),
          Layers.linear(x, weight, null),
          tolerance);
      assertClose(
          OneDnn.linear(x, weight, bias, OneDnn.Activation.GELU_TANH),
          Functional.geluTanh(plain),
          tolerance);
    }
  }

  /** Covers a transposed input, a part of an input and a transposed weight. */
  @TestFactory
  Stream<DynamicTest> takesStridedTensors() {
    return whereServed(
        "takes strided tensors",
        TYPES,
        dtype -> {
          Tensor weight = random(dtype, 1, 96, 40).transpose(0, 1);
          Tensor whole = random(dtype, 2, 96, 10).transpose(0, 1);
          for (Tensor x : new Tensor[] {whole, whole.narrow(0, 3, 4)}) {
            assertClose(
                OneDnn.linear(x, weight, null, OneDnn.Activation.NONE),
                Layers.linear(x, weight, null),
                tolerance(dtype));
          }
        });
  }

  @Test
  void doesNotServeOtherTypesOrDevices() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      for (DType dtype : DType.values()) {
        if (!TYPES.contains(dtype)) {
          assertThat(OneDnn.serves(Tensor.zeros(dtype, Device.CPU, 2, 2)))
              .as("%s", dtype)
              .isFalse();
        }
      }
      assertThat(OneDnn.serves(Tensor.empty(DType.FLOAT32, Device.META, 2, 2))).isFalse();
    }
  }

  /** Sums of 180 products differ in the order of addition. */
  @TestFactory
  Stream<DynamicTest> convolutionAgreesWithThatOfAten() {
    return whereItReorders(
        "the convolution agrees with aten::conv2d",
        dtype -> {
          assertThat(OneDnn.convolves(dtype)).isTrue();
          Tensor weight = random(dtype, 1, 24, 20, 3, 3);
          Tensor bias = random(dtype, 2, 24);
          OneDnn.Window window = new OneDnn.Window(2, 1, 1);
          Tensor packed = OneDnn.packConvolution(weight, window, 3, 20, 9, 8);
          assertThat(packed.shape()).containsExactly(24, 20, 3, 3);
          assertThatThrownBy(packed::toFloats).isInstanceOf(IllegalStateException.class);
          for (int batch : new int[] {1, 3, 5}) { // packed for 3
            Tensor x = random(dtype, batch, batch, 20, 9, 8);
            Tensor last = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
            Tensor plain = Layers.conv2d(x, weight, bias, 2, 1);
            float tolerance = 4 * tolerance(dtype);
            for (Tensor w : new Tensor[] {weight, packed}) {
              for (Tensor in : new Tensor[] {x, last}) {
                assertClose(
                    OneDnn.convolution(in, w, bias, window, OneDnn.Activation.NONE),
                    plain,
                    tolerance);
                assertClose(
                    OneDnn.convolution(in, w, bias, window, OneDnn.Activation.RELU),
                    Functional.relu(plain),
                    tolerance);
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> convolutionsThatDoNotFitAreRefused() {
    return whereItReorders(
        "convolutions that do not fit are refused",
        dtype -> {
          Tensor weight = random(dtype, 1, 4, 3, 3, 3);
          Tensor x = random(dtype, 2, 1, 3, 6, 6);
          OneDnn.Window plain = new OneDnn.Window(1, 0, 0);
          assertRefused(
              random(dtype, 2, 1, 2, 6, 6), weight, null, plain, "expected (B, in, h, w)");
          assertRefused(random(dtype, 2, 1, 3, 2, 6), weight, null, plain, "fits into it");
          assertRefused(random(dtype, 2, 3, 6, 6), weight, null, plain, "[3, 6, 6]");
          assertRefused(x, weight, null, new OneDnn.Window(0, 0, 0), "stride [0, 0]");
          assertRefused(x, weight, null, new OneDnn.Window(1, -1, 0), "padding [-1, 0]");
          assertRefused(x, weight, random(dtype, 3, 3), plain, "each of the 4 outputs");
          assertRefused(x, weight.to(DType.FLOAT64), null, plain, "one element type");
          Tensor packed = OneDnn.packConvolution(weight, plain, 1, 3, 6, 6);
          assertRefused(packed, weight, null, plain, "not packed");
          assertThatThrownBy(() -> OneDnn.packConvolution(weight, plain, 1, 2, 6, 6))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("[1, 2, 6, 6]");
        });
  }

  private static void assertRefused(
      Tensor x, Tensor weight, Tensor bias, OneDnn.Window window, String reason) {
    assertThatThrownBy(() -> OneDnn.convolution(x, weight, bias, window, OneDnn.Activation.RELU))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @TestFactory
  Stream<DynamicTest> namesTheArgumentsOfAFailure() {
    return whereServed(
        "names the arguments of a failure",
        TYPES,
        dtype -> {
          Tensor x = random(dtype, 1, 2, 5);
          Tensor weight = random(dtype, 2, 3, 4);
          assertThatThrownBy(() -> OneDnn.linear(x, weight, null, OneDnn.Activation.NONE))
              .isInstanceOf(TorchException.class)
              .hasMessageContaining("linear (oneDNN) failed")
              .hasMessageContaining("[2, 5]")
              .hasMessageContaining("[3, 4]");
        });
  }
}
