package io.nextscale.var.image;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContactSheetTest {
  private static final int RED = 0xFFFF0000;
  private static final int BLUE = 0xFF0000FF;
  private static final int WHITE = 0xFFFFFFFF;

  @Test
  void imagesOfDifferentSizesAreCentredInTheirCells() {
    List<BufferedImage> images =
        List.of(
            TestImages.filled(10, 6, RED),
            TestImages.filled(4, 4, BLUE),
            TestImages.filled(2, 6, RED));

    BufferedImage sheet = new ContactSheet().withColumns(2).withPadding(3).render(images);

    assertThat(sheet.getWidth()).isEqualTo(3 + 2 * (10 + 3));
    assertThat(sheet.getHeight()).isEqualTo(3 + 2 * (6 + 3));
    assertArea(sheet, 3, 3, 10, 6, RED);
    assertArea(sheet, 16 + 3, 3 + 1, 4, 4, BLUE);
    assertArea(sheet, 3 + 4, 12, 2, 6, RED);
    assertThat(count(sheet, RED)).isEqualTo(60 + 12);
    assertThat(count(sheet, BLUE)).isEqualTo(16);
    assertThat(count(sheet, WHITE)).isEqualTo(sheet.getWidth() * sheet.getHeight() - 88);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 2, 1", "3, 2, 2", "4, 2, 2", "5, 3, 2", "9, 3, 3", "10, 4, 3"})
  void columnsAreChosenForASquareGrid(int count, int columns, int rows) {
    List<BufferedImage> images = nCopies(count, TestImages.filled(8, 8, RED));

    BufferedImage sheet = new ContactSheet().withPadding(0).render(images);

    assertThat(sheet.getWidth()).isEqualTo(8 * columns);
    assertThat(sheet.getHeight()).isEqualTo(8 * rows);
  }

  @Test
  void smallImagesAreEnlargedByWholeFactorsWithoutBlurring() {
    List<BufferedImage> images = List.of(TestImages.gradient(3, 2), TestImages.gradient(7, 7));

    BufferedImage sheet = new ContactSheet(2, 0, 10).render(images);

    assertThat(sheet.getWidth()).isEqualTo(2 * 9);
    assertThat(sheet.getHeight()).isEqualTo(7);
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 9; x++) {
        assertThat(sheet.getRGB(x, y)).isEqualTo(images.getFirst().getRGB(x / 3, y / 3));
      }
    }
    assertThat(sheet.getRGB(9 + 1 + 6, 6)).isEqualTo(images.get(1).getRGB(6, 6));
  }

  @Test
  void labelsAreDrawnUnderTheirImageAndStayInTheirCell() {
    List<BufferedImage> images = nCopies(2, TestImages.filled(60, 20, RED));
    List<String> labels = List.of("a label that is far too long for its cell", "");

    BufferedImage sheet = new ContactSheet(2, 5, 0).render(images, labels);

    assertThat(sheet.getHeight()).isEqualTo(5 + 20 + 4 + 9 + 5);
    int ink = sheet.getWidth() * sheet.getHeight() - 2 * 60 * 20 - count(sheet, WHITE);
    assertThat(ink).isPositive();
    assertThat(count(sheet.getSubimage(5, 25, 60, 18), WHITE)).isEqualTo(60 * 18 - ink);
  }

  @Test
  void transparencyIsWhiteAndGrayKeepsItsLevel() {
    BufferedImage clear = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
    BufferedImage gray = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
    gray.getRaster().setSample(0, 0, 0, 128);

    BufferedImage sheet = new ContactSheet(2, 0, 0).render(List.of(clear, gray));

    assertThat(sheet.getRGB(0, 0)).isEqualTo(WHITE);
    assertThat(sheet.getRGB(2, 0)).isEqualTo(0xFF808080);
  }

  @Test
  void badArgumentsAreNamed() {
    BufferedImage image = TestImages.filled(100, 100, RED);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ContactSheet().render(List.of()))
        .withMessageStartingWith("there are 0 images and 0 labels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ContactSheet().render(List.of(image), List.of("a", "b")))
        .withMessageStartingWith("there are 1 images and 2 labels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ContactSheet().withColumns(-1))
        .withMessage("columns -1: expected 0 and more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ContactSheet().withPadding(-2))
        .withMessage("padding -2: expected 0 and more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ContactSheet().withEnlargeTo(-3))
        .withMessage("enlargeTo -3: expected 0 and more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ContactSheet(1000, 0, 0).render(nCopies(2, image)))
        .withMessageStartingWith(
            "the sheet would be 100x100000 (height x width): expected at most");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ContactSheet(2, Integer.MAX_VALUE, Integer.MAX_VALUE).render(List.of(image)))
        .withMessageContaining("expected at most 16384 per side");
  }

  @Test
  void roomIsCheckedBeforeTheImagesAreMade() {
    ContactSheet sheet = new ContactSheet(2, 0, 300);
    ImageSize size = new ImageSize(100, 150);

    sheet.requireRoom(2, size);
    int height =
        sheet.render(nCopies(2, TestImages.filled(150, 100, RED)), nCopies(2, "a")).getHeight();
    assertThat(height).isEqualTo(200 + 4 + 2 * LabelFont.HEIGHT);
    sheet.requireRoom(2 * (16384 / height), size);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sheet.requireRoom(2 * (16384 / height) + 1, size))
        .withMessageContaining("expected at most 16384 per side");
  }

  private static void assertArea(BufferedImage sheet, int x, int y, int w, int h, int argb) {
    assertThat(count(sheet.getSubimage(x, y, w, h), argb)).isEqualTo(w * h);
  }

  private static int count(BufferedImage image, int argb) {
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += image.getRGB(x, y) == argb ? 1 : 0;
      }
    }
    return count;
  }
}
