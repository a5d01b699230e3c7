package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Operators by name, called with Java's types. */
class OperatorTest {
  @AfterEach
  void nothingIsLeftAlive() {
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void severalResultsDefaultsAndNamedArguments() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Tensor.of(new float[] {3, 1, 2}, 3);
      Results largest = Operator.named("topk").apply(x, 2);
      assertThat(largest.size()).isEqualTo(2);
      assertThat(largest.tensor(0).toFloats()).containsExactly(3, 2);
      assertThat(largest.tensor(1).toLongs()).containsExactly(0, 2);
      Operator smallest = Operator.named("topk").with("largest", false);
      assertThat(smallest.apply(x, 2).tensor().toFloats()).containsExactly(1, 2);
      assertThat(Operator.named("topk").schema()).startsWith("aten::topk(Tensor self, SymInt k");
    }
  }

  @Test
  void resultsAndArgumentsOfEveryType() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
      assertThat(Operator.named("equal").apply(x, x).bool()).isTrue();
      assertThat(Operator.named("dim").apply(x).integer()).isEqualTo(2);
      assertThat(Operator.named("result_type.Tensor").apply(x, Tensor.scalar(1)).dtype())
          .isEqualTo(DType.FLOAT64);
      assertThat(Operator.named("promote_types").apply(DType.INT8, DType.FLOAT16).dtype())
          .isEqualTo(DType.FLOAT16);
      assertThat(Operator.named("chunk").apply(x, 2, 1).tensors()).hasSize(2);
      assertThat(Operator.named("einsum").apply("ij,jk->ik", List.of(x, x)).tensor().toDoubles())
          .containsExactly(7, 10, 15, 22);
      Tensor rows = Tensor.of(new long[] {1}, 1);
      assertThat(
              Operator.named("index.Tensor").apply(x, Arrays.asList(null, rows)).tensor().toInts())
          .containsExactly(2, 4);
      assertThat(Operator.named("permute").apply(x, new int[] {1, 0}).tensor().toLongs())
          .containsExactly(1, 3, 2, 4);
      assertThat(
              Operator.named("zeros")
                  .with("dtype", DType.INT16)
                  .with("device", Device.CPU)
                  .apply(List.of(2))
                  .tensor()
                  .toShorts())
          .containsExactly((short) 0, (short) 0);
      assertThat(
              Operator.named("contiguous")
                  .apply(x.reshape(1, 1, 2, 2), MemoryFormat.CHANNELS_LAST)
                  .tensor()
                  .toFloats())
          .containsExactly(1, 2, 3, 4);
      Tensor image = x.reshape(1, 1, 2, 2);
      assertThat(Operator.named("avg_pool2d").apply(image, 2).tensor().toFloats())
          .containsExactly(2.5f);
      assertThat(
              Operator.named("upsample_nearest2d.vec")
                  .apply(image, null, new double[] {2, 2})
                  .tensor()
                  .numel())
          .isEqualTo(16);
      assertThat(Operator.named("quantile").apply(x, 0.5).tensor().item()).isEqualTo(2.5);
    }
  }

  /** libtorch leaves gradients that nobody wants undefined. */
  @Test
  void anUndefinedResultIsAbsent() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor image = Tensor.full(1, DType.FLOAT32, Device.CPU, 1, 1, 3, 3);
      Results gradients =
          Operator.named("convolution_backward")
              .apply(
                  image,
                  image,
                  Tensor.full(1, DType.FLOAT32, Device.CPU, 1, 1, 1, 1),
                  null,
                  List.of(1, 1),
                  List.of(0, 0),
                  List.of(1, 1),
                  false,
                  List.of(0, 0),
                  1,
                  List.of(true, false, false));
      assertThat(gradients.has(0)).isTrue();
      assertThat(gradients.has(1)).isFalse();
      assertThatThrownBy(() -> gradients.tensor(2))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("undefined");
    }
  }

  @Test
  void whatIsWrittenIsTheTensorThatWasGiven() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Tensor.of(new float[] {-1, 2}, 2);
      Tensor target = Tensor.zeros(DType.FLOAT32, Device.CPU, 2);
      assertThat(Operator.named("exp.out").apply(x, target).tensor()).isSameAs(target);
      assertThat(target.toFloats()[0]).isBetween(0.367f, 0.368f);
      assertThat(Operator.named("relu_").apply(x).tensor()).isSameAs(x);
      assertThat(x.toFloats()).containsExactly(0, 2);
      assertThatThrownBy(
              () -> Operator.named("cumsum.out").with("out", x).apply(x.narrow(0, 0, 1), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("shares memory with self");
    }
  }

  /** The element types are those of {@code torch.result_type} in Python. */
  @Test
  void numbersArePromotedAsInPyTorch() {
    try (TensorScope scope = TensorScope.open()) {
      Operator mul = Operator.named("mul.Tensor");
      for (DType type : DType.values()) {
        Tensor vector = Tensor.full(1, type, Device.CPU, 3);
        Tensor number = Tensor.full(1, type, Device.CPU);
        DType withReal = type.isFloatingPoint() ? type : DType.FLOAT32;
        DType withInteger = type == DType.BOOL ? DType.INT64 : type;
        for (Tensor x : List.of(vector, number)) {
          assertThat(mul.apply(x, 2.5).tensor().dtype()).isEqualTo(withReal);
          assertThat(mul.apply(x, 2).tensor().dtype()).isEqualTo(withInteger);
          assertThat(mul.apply(x, true).tensor().dtype()).isEqualTo(type);
          assertThat(x.mul(2.5).dtype()).isEqualTo(withReal);
          assertThat(x.mul(2).dtype()).isEqualTo(withInteger);
          assertThat(x.add(2.5).dtype()).isEqualTo(withReal);
          assertThat(x.add(2).dtype()).isEqualTo(withInteger);
          assertThat(x.add(2).toDoubles()[0]).isEqualTo(3);
        }
      }
      Tensor large = Tensor.of(new long[] {1L << 60}, 1);
      assertThat(large.add((1L << 60) + 1).itemLong()).isEqualTo((1L << 61) + 1);
      assertThat(Tensor.of(new double[] {1}, 1).mul(0.1).item()).isEqualTo(0.1);
    }
  }

  /** The ABI cannot take a Scalar: a tensor takes its place where an overload has one. */
  @Test
  void scalarsAreTakenWhereAnOverloadHasATensor() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Tensor.of(new int[] {1, 2, 3}, 3);
      assertThat(Operator.named("gt.Scalar").apply(x, 1.5).tensor().toBooleans())
          .containsExactly(false, true, true);
      assertThat(Operator.named("pow.Tensor_Scalar").apply(x, 2).tensor().toInts())
          .containsExactly(1, 4, 9);
      assertThat(Operator.named("clamp").apply(x, 2, null).tensor().toInts())
          .containsExactly(2, 2, 3);
      assertThat(Operator.named("div.Scalar").apply(x, 2).tensor().dtype())
          .isEqualTo(DType.FLOAT32);
      assertThatThrownBy(() -> Operator.named("elu").apply(x))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("alpha is a Scalar");
    }
  }

  @Test
  void aCallThatDoesNotAgreeWithTheSchemaIsAnException() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Tensor.of(new float[] {1, 2}, 2);
      List<Runnable> calls = new ArrayList<>();
      calls.add(() -> Operator.named("softmax.int").apply(x, 0.5));
      calls.add(() -> Operator.named("softmax.int").apply(x, x));
      calls.add(() -> Operator.named("softmax.int").apply(x));
      calls.add(() -> Operator.named("softmax.int").apply(x, 0, null, 4));
      calls.add(() -> Operator.named("softmax.int").apply(null, 0));
      calls.add(() -> Operator.named("exp").apply("text"));
      calls.add(() -> Operator.named("exp").apply(List.of(x)));
      calls.add(() -> Operator.named("cat").apply(x));
      calls.add(() -> Operator.named("cat").apply(Arrays.asList(x, null)));
      calls.add(() -> Operator.named("cat").apply(List.of(x, 1)));
      calls.add(() -> Operator.named("topk").with("biggest", true));
      calls.add(() -> Operator.named("no_such_operator").apply(x));
      calls.add(() -> Operator.named("mul.no_such_overload").apply(x, x));
      calls.add(() -> Operator.named("set_.source_Tensor").apply(x, x));
      calls.add(() -> Operator.named("_local_scalar_dense").apply(x));
      calls.add(() -> Operator.named("item").apply(x));
      calls.add(() -> Operator.named(""));
      for (Runnable call : calls.subList(0, calls.size() - 1)) {
        assertThatThrownBy(call::run)
            .isInstanceOf(IllegalArgumentException.class)
            .message()
            .hasSizeBetween(20, 900);
      }
      assertThatThrownBy(() -> Operator.named("mul.no_such_overload").apply(x, x))
          .hasMessageContaining("aten::mul.Tensor");
      assertThatThrownBy(() -> Operator.named("where").apply(x, x, x))
          .hasMessageStartingWith("3 arguments, 0 of them by name: expected at most 1")
          .hasMessageContaining("; other overloads: aten::where.Scalar")
          .hasMessageContaining("aten::where.self");
      assertThatThrownBy(() -> Operator.named("exp").apply((Object[]) null))
          .as("what the compiler makes of apply(null)")
          .hasMessageStartingWith("argument self is null: expected Tensor");
    }
  }

  /** Every schema is read, and what has no Java type is refused before the call. */
  @Test
  void everySchemaIsRead() {
    int callable = 0;
    for (String name : Operator.names()) {
      Schema schema = SchemaTable.find(name);
      assertThat(schema).isNotNull();
      assertThat(schema.name()).isEqualTo(name);
      try {
        Operator.named(name).schema();
        callable++;
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining(name);
      }
    }
    System.out.printf("  %d operators, %d of them open%n", Operator.names().size(), callable);
    assertThat(callable).isGreaterThan(1500);
  }

  /** Operators that ended or held the process when {@link TensorFuzz} called them. */
  @Test
  void refusesWhatLibtorchDoesNotCheck() {
    try (TensorScope scope = TensorScope.open()) {
      for (String name : List.of("lstm.data", "gru.input", "native_group_norm.out")) {
        assertThatThrownBy(() -> Operator.named(name).schema())
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(name)
            .hasMessageContaining("compare");
      }
      Tensor matrix = Tensor.of(new float[] {2, 1, 0, 3}, 2, 2);
      assertThatThrownBy(() -> Operator.named("matrix_power").apply(matrix, Long.MIN_VALUE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("power " + Long.MIN_VALUE);
    }
  }

  /** Where libtorch tells whether it has an operator, it has all of the table. */
  @Test
  void everyOperatorOfTheTableExists() {
    assertThat(Operator.names())
        .allSatisfy(name -> assertThat(CppFunctions.mayExist(Operator.named(name))).isTrue());
  }

  @Test
  void textShowsElements() {
    try (TensorScope scope = TensorScope.open()) {
      assertThat(Tensor.of(new float[] {1, 2.5f, 3, 4}, 2, 2).toText())
          .isEqualTo("float32[2, 2] on cpu\n[[1.0000, 2.5000],\n [3.0000, 4.0000]]");
      assertThat(Tensor.of(new boolean[] {true}).toText()).isEqualTo("bool[] on cpu\ntrue");
      assertThat(Creation.arange(0, 2000, 1).toText())
          .isEqualTo("int64[2000] on cpu\n[0, 1, 2, …, 1997, 1998, 1999]");
      assertThat(Operator.named("fft_fft").apply(Tensor.of(new float[] {1, 2}, 2)).tensor())
          .hasToString("element type 9[2] on cpu");
    }
  }

  @Test
  void seedsGiveTheSameNumbersOnEveryMachine() {
    try (TensorScope scope = TensorScope.open()) {
      float[] uniform = Creation.rand(42, DType.FLOAT32, Device.CPU, 1000).toFloats();
      assertThat(uniform[0]).isEqualTo((float) 0.7415648787718233);
      assertThat(Creation.rand(42, DType.FLOAT32, Device.CPU, 2, 3).toFloats()[5])
          .isEqualTo(uniform[5]);
      Tensor normal = Creation.randn(7, DType.FLOAT64, Device.CPU, 20_000);
      assertThat(Functional.mean(normal).item()).isBetween(-0.03, 0.03);
      assertThat(Reduction.std(normal, 0, true, false).item()).isBetween(0.98, 1.02);
      long[] dice = Creation.randint(1, 1, 7, 6000).toLongs();
      assertThat(Arrays.stream(dice).distinct().sorted()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
      assertThat(Creation.linspace(0, 1, 5, DType.FLOAT32).toFloats())
          .containsExactly(0, 0.25f, 0.5f, 0.75f, 1);
      assertThat(Creation.arange(5, 0, -2).toLongs()).containsExactly(5, 3, 1);
      assertThatThrownBy(() -> Creation.arange(0, 5, -1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
