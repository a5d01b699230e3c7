package io.nextscale.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.image.ImageModel;
import io.nextscale.models.DemoModel;
import io.nextscale.torch.Torch;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.model.UnknownClassException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NextscaleImageModelTest {
  private ImageGenerator generator;
  private ImageModel model;

  @BeforeAll
  void load() {
    generator = ImageGenerator.load(DemoModel.source());
    model = NextscaleImageModel.of(generator).withSeeds(() -> 7);
  }

  @AfterAll
  void close() {
    generator.close();
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void generatesTheImageOfTheLibrary() throws IOException {
    Image image = model.generate(" cat ").content();
    assertThat(image.mimeType()).isEqualTo("image/png");
    BufferedImage expected = alone(7);
    assertThat(pixels(decoded(image))).isEqualTo(pixels(expected));
  }

  @Test
  void imagesOfACallHaveTheirOwnSeeds() throws IOException {
    List<Image> images = model.generate("cat", 2).content();
    assertThat(images).hasSize(2);
    assertThat(pixels(decoded(images.get(1)))).isEqualTo(pixels(alone(8)));
  }

  @Test
  void settingsReachTheRequest() {
    ImageModel free = NextscaleImageModel.of(generator).withSettings(request -> request.cfg(0));
    assertThat(free.generate("cat").content().base64Data()).isNotEmpty();
    ImageModel wrong = NextscaleImageModel.of(generator).withSettings(request -> request.steps(99));
    assertThatThrownBy(() -> wrong.generate("cat")).isInstanceOf(IllegalArgumentException.class);
  }

  /** Pixels of kept tokens change little: tokens near the mask still move them. */
  @Test
  void editsWhereTheMaskIsTransparent() throws IOException {
    BufferedImage mask = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB);
    for (int y = 0; y < 64; y++) {
      for (int x = 0; x < 64; x++) {
        mask.setRGB(x, y, x < 32 ? 0xff000000 : 0);
      }
    }
    BufferedImage before = alone(3);
    Image edited = model.edit(image(before), image(mask), "cat").content();
    BufferedImage after = decoded(edited);
    assertThat(difference(before, after, 0, 16)).isLessThan(difference(before, after, 48, 64));
  }

  @Test
  void errorsNameTheThing() {
    assertThatThrownBy(() -> model.generate("unicorn of the sea"))
        .isInstanceOf(UnknownClassException.class)
        .hasMessageContaining("unicorn of the sea");
    Image opaque = image(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB));
    assertThatThrownBy(() -> model.edit(opaque, opaque, "cat"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mask")
        .hasMessageContaining("alpha");
    Image remote = Image.builder().url("http://localhost/a.png").build();
    assertThatThrownBy(() -> model.edit(remote, remote, "cat"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("base64Data");
  }

  @Test
  void exampleWritesAnImage(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("cat.png");
    Example.main(new String[] {"cat", file.toString()});
    assertThat(PngFile.readText(file)).containsEntry("class_name", "cat face");
  }

  private BufferedImage alone(long seed) {
    return generator
        .generate(GenerationRequest.of("cat").seed(seed).build())
        .images()
        .getFirst()
        .toBufferedImage();
  }

  private static double difference(BufferedImage a, BufferedImage b, int from, int to) {
    double sum = 0;
    for (int y = 0; y < a.getHeight(); y++) {
      for (int x = from; x < to; x++) {
        sum += Math.abs((a.getRGB(x, y) & 255) - (b.getRGB(x, y) & 255));
      }
    }
    return sum;
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private static BufferedImage decoded(Image image) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(image.base64Data());
    return ImageIO.read(new ByteArrayInputStream(bytes));
  }

  private static Image image(BufferedImage pixels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(pixels, "png", bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return Image.builder()
        .base64Data(Base64.getEncoder().encodeToString(bytes.toByteArray()))
        .build();
  }
}
