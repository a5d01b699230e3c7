package io.nextscale.var.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CheckTest {
  private static void assertRefused(ThrowingCallable check, String message) {
    assertThatThrownBy(check).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void bothEndsOfARangeBelongToIt() {
    assertThat(Check.range("depth", 1, 1, 3)).isEqualTo(1);
    assertThat(Check.range("depth", 3, 1, 3)).isEqualTo(3);
    assertThat(Check.range("ratio", 0.0, 0, 1)).isEqualTo(0.0);
    assertThat(Check.range("ratio", 1.0, 0, 1)).isEqualTo(1.0);
    assertRefused(() -> Check.range("depth", 0, 1, 3), "depth 0: expected 1 to 3");
    assertRefused(() -> Check.range("depth", 4, 1, 3), "depth 4: expected 1 to 3");
    assertRefused(() -> Check.range("ratio", 1.5, 0, 1), "ratio 1.5: expected 0 to 1");
    assertRefused(() -> Check.range("ratio", Double.NaN, 0, 1), "ratio NaN: expected 0 to 1");
  }

  @Test
  void theLeastValueIsAllowed() {
    Check.atLeast("steps", 2, 2);
    Check.atLeast("decay", 0.0, 0);
    assertRefused(() -> Check.atLeast("steps", 1, 2), "steps 1: expected 2 and more");
    assertRefused(() -> Check.atLeast("decay", -0.5, 0), "decay -0.5: expected 0 and more");
    assertRefused(() -> Check.atLeast("decay", Double.NaN, 0), "decay NaN: expected 0 and more");
  }

  @Test
  void positiveNumbersAreFinite() {
    Check.positive("rate", Double.MIN_VALUE);
    for (double bad : new double[] {0, -1, Double.POSITIVE_INFINITY, Double.NaN}) {
      assertRefused(() -> Check.positive("rate", bad), "rate " + bad + ": expected above 0");
    }
  }
}
