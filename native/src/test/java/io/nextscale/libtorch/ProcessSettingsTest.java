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
        .isEqualTo("GOMP_SPINCOUNT=3000 OPENBLAS_NUM_THREADS=1 THP_MEM_ALLOC_ENABLE=1");
  }

  @Test
  void theUsersOwnSettingsWin() {
    Map<String, String> own = Map.of("OMP_WAIT_POLICY", "PASSIVE", "OPENBLAS_NUM_THREADS", "2");
    assertThat(SpawnedJvm.start("settings", own).output())
        .isEqualTo("GOMP_SPINCOUNT=- OPENBLAS_NUM_THREADS=2 THP_MEM_ALLOC_ENABLE=1");
  }
}
