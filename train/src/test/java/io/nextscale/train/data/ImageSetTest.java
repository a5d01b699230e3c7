package io.nextscale.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSetTest {
  private static ImageSet set(int count) {
    List<LabelledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(new LabelledImage(Path.of(i + ".png"), i * 3 / count));
    }
    return new ImageSet(List.of("a", "b", "c"), images, List.of("notes.txt: no image"));
  }

  private static List<String> names(ImageSet set) {
    return set.images().stream().map(image -> image.file().toString()).toList();
  }

  @Test
  void everyThirdIsCountedOverAllClasses() {
    assertThat(names(set(11).every(3))).containsExactly("2.png", "5.png", "8.png");
    assertThat(names(set(11).without(3)))
        .containsExactly("0.png", "1.png", "3.png", "4.png", "6.png", "7.png", "9.png", "10.png");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 20})
  void bothPartsAreTheWhole(int n) {
    ImageSet whole = set(47);
    List<LabelledImage> parts = new ArrayList<>(whole.every(n).images());
    assertThat(parts).hasSize(47 / n);
    parts.addAll(whole.without(n).images());
    assertThat(parts).containsExactlyInAnyOrderElementsOf(whole.images());
  }

  @Test
  void labelsStayAndWhatWasSkippedIsToldOnce() {
    ImageSet whole = set(10);
    assertThat(whole.every(4).images()).allMatch(whole.images()::contains);
    assertThat(whole.every(4).classNames()).containsExactly("a", "b", "c");
    assertThat(whole.without(4).classNames()).containsExactly("a", "b", "c");
    assertThat(whole.every(4).skipped()).isEmpty();
    assertThat(whole.without(4).skipped()).isEqualTo(whole.skipped());
  }

  @Test
  void anEmptyPartIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> set(19).every(20))
        .withMessageContaining("0 images");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> set(19).without(1))
        .withMessageContaining("0 images");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> set(19).every(0))
        .withMessageContaining("n is 0");
  }
}
