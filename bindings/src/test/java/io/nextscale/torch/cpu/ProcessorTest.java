package io.nextscale.torch.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorTest {
  private static final Processor TILES = new Processor("", Set.of("amx_tile", "amx_bf16"));

  @TempDir private Path folder;

  private Processor of(String text) throws IOException {
    return Processor.read(Files.writeString(folder.resolve("cpuinfo"), text));
  }

  @Test
  void readsTheFirstProcessorOfX86AndArm() throws IOException {
    assertThat(of("processor : 0\nmodel name\t: A CPU  \nflags\t\t: fma avx2 fma\n\nflags : sse\n"))
        .isEqualTo(new Processor("A CPU", Set.of("avx2", "fma")));
    assertThat(of("processor : 0\nFeatures\t: asimd sve\n"))
        .isEqualTo(new Processor("", Set.of("asimd", "sve")));
    assertThat(of("flags :\n")).isEqualTo(new Processor("", Set.of()));
    assertThat(Processor.read(folder.resolve("missing"))).isEqualTo(new Processor("", Set.of()));
  }

  @Test
  void tilesNeedTheProcessorAndTheEnvironment() {
    assertThat(TILES.hasBfloat16Tiles(Map.of())).isTrue();
    assertThat(new Processor("", Set.of("amx_tile", "amx_int8")).hasBfloat16Tiles(Map.of()))
        .isFalse();
    for (String limit : new String[] {"AVX512_CORE_BF16", "avx2"}) {
      assertThat(TILES.hasBfloat16Tiles(Map.of("ONEDNN_MAX_CPU_ISA", limit))).isFalse();
      assertThat(TILES.hasBfloat16Tiles(Map.of("DNNL_MAX_CPU_ISA", limit))).isFalse();
    }
    for (String limit : new String[] {"", "default", "AVX512_CORE_AMX"}) {
      assertThat(TILES.hasBfloat16Tiles(Map.of("ONEDNN_MAX_CPU_ISA", limit))).isTrue();
    }
  }
}
