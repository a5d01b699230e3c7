package io.nextscale.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nextscale.var.image.PixelArray;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCacheTest {
  @TempDir Path folder;

  @Test
  void imagesOfRightSizeKeepTheirLevels() throws IOException {
    BufferedImage image = TestImages.noise(16, 16, 1);
    TestImages.write(folder.resolve("a.png"), image);

    Batch batch = cache(ImageShape.centred(16)).batch(0, 9);

    assertThat(batch.size()).isEqualTo(1);
    assertThat(batch.pixels())
        .containsExactly(PixelArray.fromImage(image).values(), Offset.offset(1e-6f));
  }

  @Test
  void alphaLiesOnWhite() throws IOException {
    TestImages.write(folder.resolve("a.png"), TestImages.plain(8, 8, 0x00123456));
    TestImages.write(folder.resolve("b.png"), TestImages.plain(8, 8, 0x80000000));

    ImageCache cache = cache(ImageShape.centred(4));

    assertThat(cache.image(0).levels()).containsOnly(255);
    assertThat(cache.image(1).levels()).containsOnly(127);
  }

  @Test
  void mixedSizesBecomeOneSize() throws IOException {
    int[][] sizes = {{4, 4}, {100, 37}, {37, 100}, {16, 17}, {1, 1}};
    for (int[] size : sizes) {
      Path file = folder.resolve(size[0] + "x" + size[1] + ".png");
      TestImages.write(file, TestImages.plain(size[0], size[1], 0xFF336699));
    }

    ImageCache cache = cache(ImageShape.centred(16));

    assertThat(cache.count()).isEqualTo(5);
    for (int i = 0; i < 5; i++) {
      assertThat(cache.image(i).height()).isEqualTo(16);
      assertThat(cache.image(i).width()).isEqualTo(16);
      assertThat(cache.image(i).levels()).startsWith(0x33, 0x66, 0x99).endsWith(0x33, 0x66, 0x99);
    }
  }

  @Test
  void middleIsCutOut() throws IOException {
    BufferedImage image = TestImages.plain(48, 16, Color.RED.getRGB());
    image.createGraphics().fillRect(16, 0, 16, 16);
    TestImages.write(folder.resolve("a.png"), image);

    assertThat(cache(ImageShape.centred(16)).image(0).levels()).containsOnly(255);
  }

  @Test
  void randomCropKeepsTheMargin() throws IOException {
    TestImages.write(folder.resolve("a.png"), TestImages.noise(40, 30, 1));
    ImageShape shape = ImageShape.official(16);

    ImageCache cache = cache(shape);

    assertThat(cache.image(0).height()).isEqualTo(18);
    assertThat(cache.image(0).width()).isEqualTo(24);
    RgbImage square = cache(shape.evaluation()).image(0);
    assertThat(square).isEqualTo(square.crop(0, 0, 16, 16));
    assertThat(cache.batch(0, 1).pixels()).isEqualTo(Augmentation.NONE.apply(square, 0, 16, 0));
  }

  @Test
  void brokenImagesAreNamedAndSkipped() throws IOException {
    TestImages.write(folder.resolve("a/1.png"), TestImages.noise(8, 8, 1));
    Files.writeString(folder.resolve("a/2.png"), "no image");
    TestImages.write(folder.resolve("a/3.png"), TestImages.noise(8, 8, 3));
    TestImages.write(folder.resolve("a/4.png"), TestImages.noise(1, 200, 3));
    Files.createFile(folder.resolve("a/5.png"));
    Files.createFile(folder.resolve("a/6.txt"));

    ImageCache cache = cache(ImageShape.centred(8));

    assertThat(cache.count()).isEqualTo(2);
    assertThat(cache.file(1)).hasFileName("3.png");
    assertThat(cache.skipped()).hasSize(4);
    assertThat(String.join("\n", cache.skipped())).contains("2.png", "4.png", "5.png", "6.txt");
  }

  @Test
  void classesWithoutAGoodImageAreRefused() throws IOException {
    TestImages.write(folder.resolve("a/1.png"), TestImages.noise(8, 8, 1));
    Files.createDirectories(folder.resolve("b"));
    Files.writeString(folder.resolve("b/1.png"), "no image");

    assertThatExceptionOfType(ImageDataException.class)
        .isThrownBy(() -> cache(ImageShape.centred(8)))
        .withMessageContaining("class 'b'")
        .withMessageContaining("1.png");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeDecoding() throws IOException {
    Files.writeString(folder.resolve("1.png"), "never read");
    ImageSet set = ImageFolder.scan(folder);

    assertThatExceptionOfType(ImageDataException.class)
        .isThrownBy(() -> ImageCache.decode(set, ImageShape.centred(1024), 3 << 20 >> 1))
        .withMessageContaining("MB");
  }

  @Test
  void classSizesAndLabels() throws IOException {
    ImageCache cache = TestImages.cache(folder, 8);

    assertThat(cache.classSizes()).containsExactly(2, 3, 5);
    assertThat(cache.labels()).containsExactly(0, 0, 1, 1, 1, 2, 2, 2, 2, 2);
    assertThat(cache.batch(8, 4).images()).containsExactly(8, 9);
    assertThat(cache.batch(8, 4).index()).isEqualTo(2);
    assertThatIllegalArgumentException().isThrownBy(() -> cache.batch(10, 4));
  }

  @Test
  void imagesInMemoryServeAlike() throws IOException {
    ImageCache decoded = TestImages.cache(folder, 8);
    List<RgbImage> images = IntStream.range(0, 10).mapToObj(decoded::image).toList();

    ImageCache cache = ImageCache.of(folder, decoded.classNames(), images, decoded.labels());

    assertThat(cache.shape()).isEqualTo(decoded.shape());
    assertThat(cache.classSizes()).isEqualTo(decoded.classSizes());
    assertThat(cache.file(9)).isEqualTo(folder);
    assertThat(cache.batch(0, 10)).usingRecursiveComparison().isEqualTo(decoded.batch(0, 10));
  }

  @Test
  void imagesInMemoryAreChecked() {
    RgbImage square = RgbImage.fromImage(TestImages.noise(4, 4, 1));
    RgbImage wide = RgbImage.fromImage(TestImages.noise(5, 4, 1));
    refused("0 images and 0 labels", List.of());
    refused("2 images and 1 labels", List.of(square, square), 0);
    refused("image 1 has 4 rows and 5 columns", List.of(square, wide), 0, 0);
    refused("image 0 has 4 rows and 5 columns", List.of(wide), 0);
    refused("label 1 is 2, allowed are 0 to 1", List.of(square, square), 1, 2);
    refused("label 0 is -1", List.of(square), -1);
  }

  private void refused(String named, List<RgbImage> images, int... labels) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageCache.of(folder, List.of("a", "b"), images, labels))
        .withMessageContaining(named);
  }

  @Test
  void shapesAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> ImageShape.centred(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new ImageShape(8, 0.5, false));
  }

  private ImageCache cache(ImageShape shape) {
    return ImageCache.decode(ImageFolder.scan(folder), shape);
  }
}
