package io.nextscale.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessorFactsTest {
  private static final Set<String> AVX512 = Set.of("avx512f", "avx512_bf16");
  private static final Set<String> AMX = Set.of("avx512f", "avx512_bf16", "amx_tile", "amx_bf16");

  private static String bfloat16(Set<String> instructions, boolean tiles, boolean kernels) {
    return new ProcessorFacts("", instructions, tiles, 0).bfloat16(kernels);
  }

  @Test
  void instructionsForBfloat16SuggestIt() {
    assertThat(bfloat16(AMX, true, true)).startsWith("matrix tiles (amx_bf16): --dtype bf16 ");
    assertThat(bfloat16(AMX, false, true))
        .as("oneDNN is kept from tiles")
        .startsWith("AVX-512 (avx512_bf16): --dtype bf16 ");
    assertThat(bfloat16(AVX512, false, true)).startsWith("AVX-512 (avx512_bf16): --dtype bf16 ");
    assertThat(bfloat16(Set.of("asimd", "bf16"), false, true))
        .as("ARM")
        .startsWith("instructions that oneDNN uses: --dtype bf16 ")
        .endsWith("; f32 gives the tokens of the official code");
  }

  @Test
  void withoutThemFloat32IsSuggested() {
    for (Set<String> instructions : Set.of(Set.of("avx2", "fma"), AVX512)) {
      assertThat(bfloat16(instructions, false, false))
          .startsWith("no instructions that oneDNN uses: --dtype f32 ")
          .doesNotContain("bf16");
    }
  }
}
