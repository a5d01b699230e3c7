package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.config.ScanOrder;
import io.nextscale.var.mixer.ScanPath;
import io.nextscale.var.scale.Scale;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Zigzag paths (the mixer along them: {@link Mamba1GoldenTest}) against ZigMa's on {@code
 * golden/zigzag}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("available")
class ZigzagGoldenTest {
  private Fixture golden;

  static boolean available() {
    return Fixture.sharedIsThere(ZigzagGoldenTest.class, "zigzag");
  }

  @BeforeAll
  void open() {
    golden = new Fixture(Fixture.shared().resolve("golden/zigzag"));
  }

  @AfterAll
  void close() {
    golden.close();
  }

  /** Whether this class reads a tensor of the fixture. */
  static boolean reads(String name) {
    return name.startsWith("path.") || name.startsWith("reverse.");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 8, 9, 10, 13, 16})
  void visitsTheTokensOfASquareInTheOfficialOrder(int side) {
    for (int block = 0; block < 2 * ScanPath.PATHS; block++) {
      int path = block % ScanPath.PATHS;
      long[] order = ScanPath.of(ScanOrder.ZIGZAG, block).order(List.of(new Scale(side, side)));
      assertThat(order).containsExactly(golden.row("path." + side, path));
      assertThat(ScanPath.inverse(order)).containsExactly(golden.row("reverse." + side, path));
    }
  }
}
