package io.nextscale.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PowerLawTest {
  private static final double[] SIZES = {18.5e6, 63e6, 130e6, 310e6, 600e6, 1e9, 2e9};

  @Test
  void findsTheLawOfExactPoints() {
    PowerLaw made = new PowerLaw(-0.23, 2.1e-12, -1);
    PowerLaw law = PowerLaw.fit(SIZES, Arrays.stream(SIZES).map(made::loss).toArray());
    assertThat(law.alpha()).isCloseTo(-0.23, within(1e-12));
    assertThat(law.beta()).isCloseTo(2.1e-12, within(1e-22));
    assertThat(law.correlation()).isCloseTo(-1, within(1e-12));
    assertThat(law.loss(1e10)).isCloseTo(Math.pow(2.1e-12 * 1e10, -0.23), within(1e-9));
  }

  @Test
  void findsTheLawUnderNoise() {
    Random random = new Random(1);
    PowerLaw made = new PowerLaw(-0.2, 1e-9, -1);
    double[] losses =
        Arrays.stream(SIZES)
            .map(size -> made.loss(size) * Math.exp(0.02 * random.nextGaussian()))
            .toArray();
    PowerLaw law = PowerLaw.fit(SIZES, losses);
    assertThat(law.alpha()).isCloseTo(-0.2, within(0.03));
    assertThat(law.correlation()).isBetween(-0.99999, -0.98);
  }

  @Test
  void twoPointsAreEnoughAndMayRise() {
    PowerLaw law = PowerLaw.fit(new double[] {1, 100}, new double[] {1, 10});
    assertThat(law.alpha()).isCloseTo(0.5, within(1e-12));
    assertThat(law.beta()).isCloseTo(1, within(1e-12));
    assertThat(law.correlation()).isCloseTo(1, within(1e-12));
  }

  @Test
  void equationIsShort() {
    assertThat(new PowerLaw(-0.23149, 0.0021266, -0.99804).equation())
        .isEqualTo("L = (0.00213·N)^-0.231, r = -0.998");
  }

  @Test
  void wrongPointsAreRefused() {
    refused("there are 2 sizes and 1 losses", new double[] {1, 2}, 1);
    refused("size has no two different values among 1", new double[] {1}, 1);
    refused("size has no two different values among 0", new double[0]);
    refused("size has no two different values among 2", new double[] {3, 3}, 1, 2);
    refused("loss has no two different values among 2", new double[] {1, 2}, 3, 3);
    refused("size is 0.0: allowed are positive numbers", new double[] {0, 2}, 3, 4);
    refused("loss is -1.0", new double[] {1, 2}, 3, -1);
    refused("loss is NaN", new double[] {1, 2}, Double.NaN, 1);
    refused("loss is Infinity", new double[] {1, 2}, Double.POSITIVE_INFINITY, 1);
    assertThatIllegalArgumentException().isThrownBy(() -> new PowerLaw(-1, 1, 1.5));
    assertThatIllegalArgumentException().isThrownBy(() -> new PowerLaw(-1, 1, -1).loss(0));
  }

  private static void refused(String message, double[] sizes, double... losses) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PowerLaw.fit(sizes, losses))
        .withMessageContaining(message);
  }
}
