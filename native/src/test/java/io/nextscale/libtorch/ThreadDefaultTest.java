package io.nextscale.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadDefaultTest {
  private static ThreadDefault of(Map<String, String> environment, int available, int cores) {
    return ThreadDefault.of(
        environment, available, () -> cores == 0 ? OptionalInt.empty() : OptionalInt.of(cores));
  }

  @ParameterizedTest
  @CsvSource({"8, 4, 4", "2, 4, 2", "4, 4, 4", "3, 0, 3", "1, 8, 1"})
  void atMostTheCoresAndWhatJavaMayUse(int available, int cores, int expected) {
    ThreadDefault threads = of(Map.of(), available, cores);
    assertThat(threads.count()).isEqualTo(expected);
    assertThat(threads.chosenByUser()).isFalse();
    assertThat(threads.origin())
        .isEqualTo(
            cores != 0 && cores < available
                ? "physical cores, of 8 processors that Java may use"
                : "processors that Java may use");
  }

  @Test
  void variablesWinInThisOrder() {
    Map<String, String> both = Map.of("OMP_NUM_THREADS", "3", "MKL_NUM_THREADS", "5");
    assertThat(of(both, 8, 8)).isEqualTo(new ThreadDefault(3, "OMP_NUM_THREADS", true));
    assertThat(of(Map.of("MKL_NUM_THREADS", "5"), 8, 8))
        .isEqualTo(new ThreadDefault(5, "MKL_NUM_THREADS", true));
    assertThat(of(Map.of("OMP_NUM_THREADS", " 6 , 2"), 8, 8).count()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-2", "many", "", "100000", "99999999999999"})
  void valuesThatCannotBeAreIgnoredAloud(String value) {
    ThreadDefault threads = of(Map.of("OMP_NUM_THREADS", value), 4, 2);
    assertThat(threads.count()).isEqualTo(2);
    assertThat(threads.origin())
        .startsWith("physical cores")
        .endsWith(
            "; OMP_NUM_THREADS=%s is ignored, expected 1 to %d"
                .formatted(value, ThreadDefault.most()));
  }
}
