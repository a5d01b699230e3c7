package io.nextscale.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.model.ModelSource;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java examples of the README. */
class ReadmeTest {
  @Test
  void generateExampleWritesImages(@TempDir Path folder) throws IOException {
    GenerateExample.run(folder.toFile());
    assertThat(ImageIO.read(folder.resolve("1.png").toFile()).getWidth()).isEqualTo(64);
    assertThat(folder.resolve("2.png")).exists();
  }

  @Test
  void extensionExampleKeepsTheFirstScales() {
    GenerationResult result = ExtensionExample.run();
    assertThat(result.kept()).contains(true, false);
    assertThat(Arrays.stream(result.drawn().tokens()[0])).doesNotContain(17L);
    assertThat(result.images().getFirst().seed()).isEqualTo(7);
  }

  @Test
  void flexVarExampleMakesImagesOfEverySize() throws URISyntaxException {
    URL config = ReadmeTest.class.getResource("/golden/flexvar-512-15step/config.json");
    Path model = Path.of(config.toURI()).getParent();
    try (ImageGenerator generator = ImageGenerator.load(ModelSource.folder(model))) {
      FlexVarExample example = new FlexVarExample(generator);
      assertThat(example.run())
          .extracting(image -> image.size().toString())
          .containsExactly("256x512", "512x1024", "512x512");
      assertThat(example.shown())
          .extracting(image -> image.getHeight() + "x" + image.getWidth())
          .hasSize(8)
          .startsWith("16x32", "32x64")
          .endsWith("256x512");
    }
  }

  @Test
  void previewExampleShowsEveryScale() {
    assertThat(new PreviewExample().run()).hasSize(6);
  }
}
