package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The C++ functions that a libtorch before 2.13 needs; every version has them. */
class CppFunctionsTest {
  @BeforeAll
  static void load() {
    Torch.library();
  }

  @Test
  void memoryOfTheCppHeapIsMadeAndFreed() {
    for (int i = 0; i < 1000; i++) {
      MemorySegment box = CppFunctions.allocate(Long.BYTES);
      box.reinterpret(Long.BYTES).set(ValueLayout.JAVA_LONG, 0, i);
      assertThat(box.reinterpret(Long.BYTES).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(i);
      CppFunctions.free(box);
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "needs GNU's C++ library")
  void operatorsAreFoundByName() {
    assertThat(CppFunctions.mayExist(Operator.named("mul", "Tensor"))).isTrue();
    assertThat(CppFunctions.mayExist(Operator.named("silu"))).isTrue();
    assertThat(CppFunctions.mayExist(Operator.named("mul", "Tenso"))).isFalse();
    assertThat(CppFunctions.mayExist(Operator.named("an_operator_with_quite_a_long_name")))
        .isFalse();
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "needs GNU's C++ library")
  void theBuildIsDescribed() {
    assertThat(CppFunctions.buildConfiguration().orElseThrow()).contains("PyTorch built with");
  }
}
