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

class PictureCacheTest {
  @TempDir Path folder;

  @Test
  void picturesOfRightSizeKeepTheirLevels() throws IOException {
    BufferedImage image = TestPictures.noise(16, 16, 1);
    TestPictures.write(folder.resolve("a.png"), image);

    Batch batch = cache(PictureShape.centred(16)).batch(0, 9);

    assertThat(batch.size()).isEqualTo(1);
    assertThat(batch.pixels())
        .containsExactly(PixelArray.fromImage(image).values(), Offset.offset(1e-6f));
  }

  @Test
  void alphaLiesOnWhite() throws IOException {
    TestPictures.write(folder.resolve("a.png"), TestPictures.plain(8, 8, 0x00123456));
    TestPictures.write(folder.resolve("b.png"), TestPictures.plain(8, 8, 0x80000000));

    PictureCache cache = cache(PictureShape.centred(4));

    assertThat(cache.picture(0).levels()).containsOnly(255);
    assertThat(cache.picture(1).levels()).containsOnly(127);
  }

  @Test
  void mixedSizesBecomeOneSize() throws IOException {
    int[][] sizes = {{4, 4}, {100, 37}, {37, 100}, {16, 17}, {1, 1}};
    for (int[] size : sizes) {
      Path file = folder.resolve(size[0] + "x" + size[1] + ".png");
      TestPictures.write(file, TestPictures.plain(size[0], size[1], 0xFF336699));
    }

    PictureCache cache = cache(PictureShape.centred(16));

    assertThat(cache.count()).isEqualTo(5);
    for (int i = 0; i < 5; i++) {
      assertThat(cache.picture(i).height()).isEqualTo(16);
      assertThat(cache.picture(i).width()).isEqualTo(16);
      assertThat(cache.picture(i).levels()).startsWith(0x33, 0x66, 0x99).endsWith(0x33, 0x66, 0x99);
    }
  }

  @Test
  void middleIsCutOut() throws IOException {
    BufferedImage image = TestPictures.plain(48, 16, Color.RED.getRGB());
    image.createGraphics().fillRect(16, 0, 16, 16);
    TestPictures.write(folder.resolve("a.png"), image);

    assertThat(cache(PictureShape.centred(16)).picture(0).levels()).containsOnly(255);
  }

  @Test
  void randomCropKeepsTheMargin() throws IOException {
    TestPictures.write(folder.resolve("a.png"), TestPictures.noise(40, 30, 1));
    PictureShape shape = PictureShape.official(16);

    PictureCache cache = cache(shape);

    assertThat(cache.picture(0).height()).isEqualTo(18);
    assertThat(cache.picture(0).width()).isEqualTo(24);
    RgbPicture square = cache(shape.evaluation()).picture(0);
    assertThat(square).isEqualTo(square.crop(0, 0, 16, 16));
    assertThat(cache.batch(0, 1).pixels()).isEqualTo(Augmentation.NONE.apply(square, 0, 16, 0));
  }

  @Test
  void brokenPicturesAreNamedAndSkipped() throws IOException {
    TestPictures.write(folder.resolve("a/1.png"), TestPictures.noise(8, 8, 1));
    Files.writeString(folder.resolve("a/2.png"), "no picture");
    TestPictures.write(folder.resolve("a/3.png"), TestPictures.noise(8, 8, 3));
    TestPictures.write(folder.resolve("a/4.png"), TestPictures.noise(1, 200, 3));
    Files.createFile(folder.resolve("a/5.png"));
    Files.createFile(folder.resolve("a/6.txt"));

    PictureCache cache = cache(PictureShape.centred(8));

    assertThat(cache.count()).isEqualTo(2);
    assertThat(cache.file(1)).hasFileName("3.png");
    assertThat(cache.skipped()).hasSize(4);
    assertThat(String.join("\n", cache.skipped())).contains("2.png", "4.png", "5.png", "6.txt");
  }

  @Test
  void classesWithoutAGoodPictureAreRefused() throws IOException {
    TestPictures.write(folder.resolve("a/1.png"), TestPictures.noise(8, 8, 1));
    Files.createDirectories(folder.resolve("b"));
    Files.writeString(folder.resolve("b/1.png"), "no picture");

    assertThatExceptionOfType(PictureDataException.class)
        .isThrownBy(() -> cache(PictureShape.centred(8)))
        .withMessageContaining("class 'b'")
        .withMessageContaining("1.png");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeDecoding() throws IOException {
    Files.writeString(folder.resolve("1.png"), "never read");
    PictureSet set = PictureFolder.scan(folder);

    assertThatExceptionOfType(PictureDataException.class)
        .isThrownBy(() -> PictureCache.decode(set, PictureShape.centred(1024), 3 << 20 >> 1))
        .withMessageContaining("MB");
  }

  @Test
  void classSizesAndLabels() throws IOException {
    PictureCache cache = TestPictures.cache(folder, 8);

    assertThat(cache.classSizes()).containsExactly(2, 3, 5);
    assertThat(cache.labels()).containsExactly(0, 0, 1, 1, 1, 2, 2, 2, 2, 2);
    assertThat(cache.batch(8, 4).pictures()).containsExactly(8, 9);
    assertThat(cache.batch(8, 4).index()).isEqualTo(2);
    assertThatIllegalArgumentException().isThrownBy(() -> cache.batch(10, 4));
  }

  @Test
  void picturesInMemoryServeAlike() throws IOException {
    PictureCache decoded = TestPictures.cache(folder, 8);
    List<RgbPicture> pictures = IntStream.range(0, 10).mapToObj(decoded::picture).toList();

    PictureCache cache = PictureCache.of(folder, decoded.classNames(), pictures, decoded.labels());

    assertThat(cache.shape()).isEqualTo(decoded.shape());
    assertThat(cache.classSizes()).isEqualTo(decoded.classSizes());
    assertThat(cache.file(9)).isEqualTo(folder);
    assertThat(cache.batch(0, 10)).usingRecursiveComparison().isEqualTo(decoded.batch(0, 10));
  }

  @Test
  void picturesInMemoryAreChecked() {
    RgbPicture square = RgbPicture.fromImage(TestPictures.noise(4, 4, 1));
    RgbPicture wide = RgbPicture.fromImage(TestPictures.noise(5, 4, 1));
    refused("0 pictures and 0 labels", List.of());
    refused("2 pictures and 1 labels", List.of(square, square), 0);
    refused("picture 1 has 4 rows and 5 columns", List.of(square, wide), 0, 0);
    refused("picture 0 has 4 rows and 5 columns", List.of(wide), 0);
    refused("label 1 is 2, allowed are 0 to 1", List.of(square, square), 1, 2);
    refused("label 0 is -1", List.of(square), -1);
  }

  private void refused(String named, List<RgbPicture> pictures, int... labels) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PictureCache.of(folder, List.of("a", "b"), pictures, labels))
        .withMessageContaining(named);
  }

  @Test
  void shapesAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> PictureShape.centred(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new PictureShape(8, 0.5, false));
  }

  private PictureCache cache(PictureShape shape) {
    return PictureCache.decode(PictureFolder.scan(folder), shape);
  }
}
