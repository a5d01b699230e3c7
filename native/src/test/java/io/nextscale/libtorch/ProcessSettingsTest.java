package io.nextscale.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Reads the settings that libtorch's libraries will see, in another process. */
@EnabledOnOs(OS.LINUX)
class ProcessSettingsTest {
  @Test
  void threadsSleepSoonAndBlasComputesOnTheCallingThread() {
    assertThat(SpawnedJvm.start("settings", Map.of()).output())
        .isEqualTo(
            "GOMP_SPINCOUNT=3000 OPENBLAS_NUM_THREADS=1 THP_MEM_ALLOC_ENABLE=1"
                + " made [GOMP_SPINCOUNT=3000, OPENBLAS_NUM_THREADS=1, THP_MEM_ALLOC_ENABLE=1,"
                + " mallopt(M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_TOP_PAD, M_ARENA_MAX)]");
  }

  @Test
  void aSwitchLeavesTheProcessAsItIs() {
    String nothing = "GOMP_SPINCOUNT=- OPENBLAS_NUM_THREADS=- THP_MEM_ALLOC_ENABLE=-";
    Map<String, String> off = Map.of(ProcessSettings.VARIABLE, ProcessSettings.OFF);
    assertThat(SpawnedJvm.start("settings", off).output()).isEqualTo(nothing + " made []");
  }

  @Test
  void theUsersOwnSettingsWin() {
    Map<String, String> own =
        Map.of(
            "OMP_WAIT_POLICY", "PASSIVE", "OPENBLAS_NUM_THREADS", "2", "MALLOC_TOP_PAD_", "131072");
    assertThat(SpawnedJvm.start("settings", own).output())
        .isEqualTo(
            "GOMP_SPINCOUNT=- OPENBLAS_NUM_THREADS=2 THP_MEM_ALLOC_ENABLE=1 made"
                + " [THP_MEM_ALLOC_ENABLE=1]");
  }
}
