package io.nextscale.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.inception.FormulaWeights;
import io.nextscale.evaluate.inception.Inception;
import io.nextscale.torch.DType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sets are checked before features of one are computed, which may take hours. */
class EarlyChecksTest {
  @TempDir private Path folder;

  private Path images(String name, int count) throws IOException {
    Path set = Files.createDirectory(folder.resolve(name));
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      image.setRGB(i, i, 0xffffff);
      ImageIO.write(image, "png", set.resolve(i + ".png").toFile());
    }
    return set;
  }

  @Test
  void aReferenceThatCannotBeComparedIsRefusedBeforeTheSamplesAreRead() throws IOException {
    List<String> computed = new ArrayList<>();
    EvaluationOptions options =
        EvaluationOptions.DEFAULTS.withListener(
            (set, done, total) -> computed.add(set.getFileName() + " " + done));
    Path four = images("four", 4);
    Path three = images("three", 3);
    Path one = images("one", 1);
    Path none = images("none", 0);
    try (Inception network = Inception.read(new FormulaWeights(), DType.FLOAT32)) {
      ImageEvaluator evaluator = new ImageEvaluator(network, "formula0", options);
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> evaluator.evaluate(four, one))
          .withMessageContainingAll(one.toString(), "1 image");
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> evaluator.evaluate(four, none))
          .withMessageContainingAll(none.toString(), "no image");
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> evaluator.evaluate(one, four))
          .withMessageContainingAll(one.toString(), "1 image");
      for (Path[] sets : new Path[][] {{three, four}, {four, three}, {three, three}}) {
        assertThatExceptionOfType(EvaluationException.class)
            .isThrownBy(() -> evaluator.evaluate(sets[0], sets[1]))
            .withMessageContainingAll(three.toString(), "3 images: precision and recall", "4");
      }
      assertThat(computed).isEmpty();
      assertThat(evaluator.evaluate(four, images("other", 4)).fid()).isFinite();
      assertThat(computed).endsWith("other 4");
    }
  }
}
