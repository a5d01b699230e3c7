package io.nextscale.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpeedAdviceTest {
  private static final Set<String> MODERN =
      Set.of("sse2", "avx2", "fma", "avx512f", "avx512vl", "avx512bw", "avx512dq", "avx512_bf16");

  private static SpeedAdvice machine(Map<String, String> environment, int threads) {
    return new SpeedAdvice(environment, threads, 4, "AVX512", MODERN, true, true, 1024, 0.5);
  }

  private static SpeedAdvice machine(String capability, Set<String> instructions) {
    return new SpeedAdvice(Map.of(), 4, 4, capability, instructions, true, true, 0, -1);
  }

  @Test
  void aGoodMachineHasNone() {
    assertThat(machine(Map.of(), 4).warnings()).isEmpty();
    assertThat(machine(Map.of(), 2).warnings()).as("physical cores").isEmpty();
    Map<String, String> harmless =
        Map.of(
            "OMP_NUM_THREADS",
            "4",
            "OPENBLAS_NUM_THREADS",
            "1",
            "OPENBLAS_L2_SIZE",
            "1024",
            "OMP_PROC_BIND",
            "false",
            "OMP_WAIT_POLICY",
            "passive");
    assertThat(machine(harmless, 4).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "OPENBLAS_CORETYPE, Haswell, the kernels of that processor",
    "OPENBLAS_L2_SIZE, 256, 'in KB, this processor has 1024 KB'",
    "OPENBLAS_NUM_THREADS, 4, threads of its own",
    "OMP_PROC_BIND, true, ties threads to processors",
    "OMP_PLACES, cores, ties threads to processors",
    "GOMP_CPU_AFFINITY, 0, ties threads to processors",
    "OMP_THREAD_LIMIT, 1, no more threads than this",
    "OMP_DYNAMIC, TRUE, fewer threads",
    "OMP_WAIT_POLICY, ACTIVE, idle threads keep their processors busy",
    "ATEN_CPU_CAPABILITY, avx2, libtorch's kernels use these instructions only",
    "ONEDNN_MAX_CPU_ISA, AVX2, oneDNN uses these instructions only",
    "DNNL_MAX_CPU_ISA, AVX2, oneDNN uses these instructions only",
    "ONEDNN_VERBOSE, 1, prints a line for each call",
    "DNNL_VERBOSE, 1, prints a line for each call"
  })
  void variablesAreNamedWithEffectAndRemedy(String name, String value, String effect) {
    assertThat(machine(Map.of(name, value), 4).warnings())
        .singleElement()
        .asString()
        .startsWith(name + "=" + value + ": ")
        .contains(effect)
        .endsWith("; unset it");
  }

  @Test
  void tooManyOrTooFewThreads() {
    assertThat(machine(Map.of(), 8).warnings())
        .containsExactly(
            "8 threads on 4 processors wait for each other: unset OMP_NUM_THREADS, or use"
                + " --threads 4");
    assertThat(machine(Map.of("OMP_NUM_THREADS", "1"), 1).warnings())
        .containsExactly(
            "OMP_NUM_THREADS=1 leaves processors idle, Java may use 4: unset OMP_NUM_THREADS, or"
                + " use --threads 4");
  }

  @Test
  void processorsWithoutInstructionsOrUnknownOnes() {
    assertThat(machine("DEFAULT", Set.of("sse2", "avx")).warnings())
        .singleElement()
        .asString()
        .contains("lacks AVX2 and FMA");
    assertThat(machine("DEFAULT", Set.of("sse2", "avx2", "fma")).warnings())
        .singleElement()
        .asString()
        .startsWith("libtorch's kernels use \"DEFAULT\" though this processor has AVX2: ");
    assertThat(machine("AVX2", MODERN).warnings())
        .singleElement()
        .asString()
        .contains("has AVX512");
    assertThat(machine("DEFAULT", Set.of("asimd", "sve")).warnings()).as("ARM").isEmpty();
  }

  @Test
  void missingKernelsAndOtherLoad() {
    SpeedAdvice advice =
        new SpeedAdvice(Map.of(), 4, 4, "AVX2", Set.of("avx2", "fma"), false, false, 512, 6.25);
    assertThat(advice.warnings())
        .hasSize(3)
        .anySatisfy(text -> assertThat(text).contains("(load 6.3 on 4)"))
        .anySatisfy(text -> assertThat(text).contains("no oneDNN for linear layers in float32"))
        .anySatisfy(text -> assertThat(text).contains("use --dtype f32"));
  }
}
