package io.nextscale.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What libtorch's companions will read, in a process of its own. */
@EnabledOnOs(OS.LINUX)
class ProcessSettingsTest {
  @Test
  void threadsSleepAndBlasComputesOnTheCallingThread() {
    assertThat(SpawnedJvm.start("settings", Map.of()).output())
        .isEqualTo("OMP_WAIT_POLICY=PASSIVE OPENBLAS_NUM_THREADS=1");
  }

  @Test
  void theUsersOwnSettingsWin() {
    Map<String, String> own = Map.of("GOMP_SPINCOUNT", "1000", "OPENBLAS_NUM_THREADS", "2");
    assertThat(SpawnedJvm.start("settings", own).output())
        .isEqualTo("OMP_WAIT_POLICY=- OPENBLAS_NUM_THREADS=2");
  }
}
