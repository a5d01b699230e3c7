package io.nextscale.var.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassNamesTest {
  private static final ClassNames NAMES =
      new ClassNames(
          List.of("tench, Tinca tinca", "crane", "golden retriever", "Crane", "bass", "sea bass"),
          6);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "6 | 6",
        "tench, tinca tinca | 0",
        "Tench ,Tinca  tinca | -1",
        "tench,Tinca tinca | 0",
        "tinca tinca | 0",
        "TENCH | 0",
        "Golden Retriever | 2",
        "golden | 2",
        "bass | 4",
        "sea | 5",
      })
  void findsNamesPartsAndNumbers(String label, int id) {
    if (id < 0) {
      assertThatIllegalArgumentException().isThrownBy(() -> NAMES.id(label));
    } else {
      assertThat(NAMES.id(label)).isEqualTo(id);
    }
  }

  @Test
  void asksForANumberWhereANameIsDoubled() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NAMES.id("crane"))
        .withMessage("class \"crane\" is 2 classes; give the number of one: 1 (crane), 3 (Crane)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NAMES.id("e"))
        .withMessageContaining("give the number of one: 0 (tench, Tinca tinca), 1 (crane)");
  }

  @Test
  void listsAFewOfAThousandNames() {
    ClassNames thousand =
        new ClassNames(IntStream.range(0, 1000).mapToObj(i -> "name " + i).toList(), 1000);
    assertThat(thousand.id("name 999")).isEqualTo(999);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> thousand.id("whale"))
        .withMessageContaining("not one of name 0, name 1,")
        .withMessageEndingWith("(1000 in all)")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> thousand.id("x".repeat(5000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
  }

  /** A prompt of a server may be this long. */
  @Test
  void aLabelOfSpacesTakesNoTime() {
    String label = "a" + " ".repeat(500_000) + "b";
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertThatIllegalArgumentException().isThrownBy(() -> NAMES.id(label)));
  }

  @Test
  void tellsWholeNames() {
    assertThat(NAMES.has("tench, Tinca tinca")).isTrue();
    assertThat(NAMES.has("tinca tinca")).isTrue();
    assertThat(NAMES.has("golden")).isFalse();
    assertThat(new ClassNames(List.of(), 5).has("")).isFalse();
  }
}
