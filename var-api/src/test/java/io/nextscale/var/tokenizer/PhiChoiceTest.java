package io.nextscale.var.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables computed by the official code; some entries are ties that the last bit decides. */
class PhiChoiceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4|0 0 1 1 1 2 2 3 3 3",
        "4|0 0 1 2 3 3",
        "4|0 1 2 2 3",
        "2|0 0 0 0 1 1 1",
        "4|0 0 1 2 2 3 3",
        "4|0 0 1 1 2 2 2 3 3",
        "4|0 0 0 1 1 2 2 2 3 3 3",
        "1|0 0 0 0 0 0 0"
      })
  void followsTheOfficialTable(int count, String table) {
    int[] expected = Arrays.stream(table.split(" ")).mapToInt(Integer::parseInt).toArray();
    for (int k = 0; k < expected.length; k++) {
      assertThat(PhiChoice.index(count, k, expected.length))
          .as("scale %d of %d, %d phi", k, expected.length, count)
          .isEqualTo(expected[k]);
    }
  }

  @Test
  void onePhiPerScaleIsTheIdentity() {
    for (int scales = 2; scales < 40; scales++) {
      for (int k = 0; k < scales; k++) {
        assertThat(PhiChoice.index(scales, k, scales)).isEqualTo(k);
      }
    }
  }

  @Test
  void aSingleScaleHasTheFirst() {
    assertThat(PhiChoice.index(4, 0, 1)).isZero();
    assertThat(PhiChoice.index(1, 0, 1)).isZero();
  }
}
