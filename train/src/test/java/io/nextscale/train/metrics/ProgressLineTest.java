package io.nextscale.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  @Test
  void tellsEverything() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", 0.15131);
    metrics.put("lr", 1e-5);
    assertThat(new ProgressLine(350, 1000, 409.23, metrics, 31.21).text())
        .isEqualTo(
            "[#######.............] 350/1000  loss 0.1513  lr 1.000e-5  31.2 images/s  ETA 12:40");
  }

  @Test
  void beginsAndEnds() {
    assertThat(new ProgressLine(0, 10, 0, Map.of(), Double.NaN).text())
        .isEqualTo("[....................] 0/10  ETA ?");
    assertThat(new ProgressLine(999, 1000, 1, Map.of("loss", Double.NaN), 0).text())
        .isEqualTo("[###################.] 999/1000  loss NaN  ETA 0:00");
    assertThat(new ProgressLine(10, 10, 3725, Map.of(), 2).text())
        .isEqualTo("[####################] 10/10  2.0 images/s  took 1:02:05");
  }

  @Test
  void stepsOfEarlierRunsTakeNoTime() {
    ProgressLine line = new ProgressLine(600, 1000, 500, 60, Map.of(), 0);
    assertThat(line.remainingSeconds()).isEqualTo(240);
    assertThat(line.text()).isEqualTo("[############........] 600/1000  ETA 4:00");
  }

  @Test
  void durations() {
    assertThat(ProgressLine.duration(0)).isEqualTo("0:00");
    assertThat(ProgressLine.duration(59.4)).isEqualTo("0:59");
    assertThat(ProgressLine.duration(59.5)).isEqualTo("1:00");
    assertThat(ProgressLine.duration(3599)).isEqualTo("59:59");
    assertThat(ProgressLine.duration(3599.6)).isEqualTo("1:00:00");
    assertThat(ProgressLine.duration(363_729)).isEqualTo("101:02:09");
    assertThat(ProgressLine.duration(-1)).isEqualTo("?");
    assertThat(ProgressLine.duration(Double.POSITIVE_INFINITY)).isEqualTo("?");
  }

  @Test
  void wrongNumbersAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProgressLine(11, 10, 1, Map.of(), 1))
        .withMessage("done is 11: allowed is 0 to 10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProgressLine(0, 0, 1, Map.of(), 1))
        .withMessage("total is 0: allowed is at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProgressLine(1, 10, 2, 1, Map.of(), 1))
        .withMessage("before is 2: allowed is 0 to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProgressLine(1, 10, Double.NaN, Map.of(), 1))
        .withMessage("seconds is NaN: allowed is at least 0");
  }

  @Test
  void numbersAreShort() {
    assertThat(ShortNumber.steady(31.2, 4)).isEqualTo("31.20");
    assertThat(ShortNumber.steady(9.99996, 4)).isEqualTo("10.00");
    assertThat(ShortNumber.steady(-1234.56, 4)).isEqualTo("-1235");
    assertThat(ShortNumber.steady(0.000123, 3)).isEqualTo("0.000123");
    assertThat(ShortNumber.shortest(0.30000000000000004, 4)).isEqualTo("0.3");
    assertThat(ShortNumber.shortest(1_250_000, 4)).isEqualTo("1250000");
    assertThat(ShortNumber.shortest(310e6, 4)).isEqualTo("3.1e8");
    assertThat(ShortNumber.shortest(-2e-22, 3)).isEqualTo("-2e-22");
    assertThat(ShortNumber.shortest(0, 3)).isEqualTo("0");
    assertThat(ShortNumber.shortest(10000, 4)).isEqualTo("10000");
  }
}
