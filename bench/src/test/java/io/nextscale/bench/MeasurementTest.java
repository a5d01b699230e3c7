package io.nextscale.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeasurementTest {
  private static final double ROUNDING = 1e-9;

  /** The work of VAR-d16, counted here once more by hand. */
  @Test
  void countsTheWorkOfAPublishedModel() {
    Measurement one = measured(0.1);
    double perPosition = 2.0 * 16 * 12 * 1024 * 1024;
    double scores = 0;
    int before = 0;
    for (int side : new int[] {1, 2, 3, 4, 5, 6, 8, 10, 13, 16}) {
      before += side * side;
      scores += 4.0 * side * side * before * 1024 * 16;
    }
    double blocks = 2 * (680 * perPosition + scores);
    double head = 2 * 680 * 2.0 * 1024 * 4096;
    assertThat(one.loop().work().flops())
        .isGreaterThan(blocks + head)
        .isLessThan((blocks + head) * 1.02);
    assertThat(one.decode().work().flops()).isCloseTo(0.394e12, within(0.001e12));
    assertThat(one.total().work().flops())
        .isCloseTo(one.loop().work().flops() + one.decode().work().flops(), within(1.0));
  }

  @Test
  void comparesAPhaseWithItsLimit() {
    Measurement one = measured(0.1);
    double arithmetic = one.decode().work().flops() / 2e11; // the better of two peaks
    assertThat(one.decode().limit()).isCloseTo(arithmetic, within(ROUNDING));
    assertThat(one.decode().fraction()).isCloseTo(arithmetic / 2.5, within(ROUNDING));
    double scales = one.scales().stream().mapToDouble(Phase::limit).sum();
    assertThat(one.loop().limit()).isCloseTo(scales, within(ROUNDING));
    double bytes = one.scales().getFirst().work().bytes(); // one token: bound by memory
    assertThat(bytes).isEqualTo(4.0 * (16 * 12 * 1024 * 1024 + 1024 * 4096));
    assertThat(one.scales().getFirst().limit()).isCloseTo(bytes / 4e10, within(ROUNDING));
  }

  /** On a machine that is half as fast for a while, the fraction at pace stays the same. */
  @Test
  void accountsForThePaceOfTheMachine() {
    double quiet = measured(0.1).decode().paced();
    assertThat(quiet).isCloseTo(measured(0.1).decode().fraction(), within(ROUNDING));
    PacedRun slow = new PacedRun(SampleResults.timings(8, 5), 0.2);
    Measurement busy = SampleResults.measurement(1, true, List.of(slow, slow));
    assertThat(busy.decode().paced()).isCloseTo(quiet, within(ROUNDING));
    assertThat(busy.decode().fraction()).isCloseTo(quiet / 2, within(ROUNDING));
  }

  @Test
  void eachFigureIsAMedianOfItsOwn() {
    PacedRun first = new PacedRun(SampleResults.timings(4, 9), 0.1);
    PacedRun second = new PacedRun(SampleResults.timings(5, 1), 0.1);
    PacedRun third = new PacedRun(SampleResults.timings(6, 2), 0.1);
    Measurement all = SampleResults.measurement(1, true, List.of(first, second, third));
    assertThat(all.runs()).isEqualTo(3);
    assertThat(all.loop().seconds()).isCloseTo(5, within(ROUNDING));
    assertThat(all.decode().seconds()).isEqualTo(2);
    assertThat(all.rate()).isCloseTo(1 / all.total().seconds(), within(ROUNDING));
  }

  private static Measurement measured(double product) {
    PacedRun run = new PacedRun(SampleResults.timings(4, 2.5), product);
    return SampleResults.measurement(1, true, List.of(run));
  }
}
