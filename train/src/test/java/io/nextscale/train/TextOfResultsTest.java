package io.nextscale.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.train.data.Batch;
import io.nextscale.train.data.ImageCache;
import io.nextscale.train.data.ImageSet;
import io.nextscale.train.data.LabelledImage;
import io.nextscale.train.data.RgbImage;
import io.nextscale.train.metrics.CsvTable;
import io.nextscale.train.metrics.MetricsHistory;
import io.nextscale.train.metrics.MetricsRow;
import io.nextscale.train.metrics.PowerLawPlot;
import io.nextscale.train.run.TrainingState;
import io.nextscale.train.transformer.TokenCache;
import io.nextscale.train.transformer.TransformerData;
import io.nextscale.var.scale.Scales;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A log or a debugger shows one line of each option and result, however much is in it. */
class TextOfResultsTest {
  private static final Scales SCALES = Scales.squares(1, 2);

  @Test
  void images() {
    RgbImage image = new RgbImage(2, 2, new byte[12]);
    assertThat(image).hasToString("RgbImage[2x2]");
    assertThat(ImageCache.of(Path.of("x"), List.of("a", "b"), List.of(image), new int[] {1}))
        .hasToString("ImageCache[1 images of 2x2, 2 classes]");
    LabelledImage file = new LabelledImage(Path.of("a/1.png"), 0);
    assertThat(new ImageSet(List.of("a"), List.of(file, file), List.of("a/x: no image")))
        .hasToString("ImageSet[2 images of 1 classes, 1 files skipped]");
    assertThat(new Batch(7, new float[24], new int[2], new int[2]))
        .hasToString("Batch[index 7, 2 images]");
  }

  @Test
  void tokensAndStates() {
    TokenCache tokens = TokenCache.of(SCALES, 2, new long[6][5]);
    assertThat(tokens).hasToString("TokenCache[2 images, 3 copies of each, scales 1,2]");
    TokenCache one = TokenCache.of(SCALES, 1, new long[1][5]);
    assertThat(new TransformerData(tokens, new int[2], one, new int[1]))
        .hasToString("TransformerData[2 images, 1 held out, " + tokens + "]");
    assertThat(new TrainingState(Map.of())).hasToString("TrainingState[0 tensors]");
  }

  @Test
  void figures() {
    assertThat(new PowerLawPlot.Series("loss", new double[] {1, 2}, new double[] {4, 3}))
        .hasToString("Series[loss, sizes [1.0, 2.0], losses [4.0, 3.0]]");
    assertThat(new CsvTable(List.of("step", "loss"), List.of(List.of("1", "2"))))
        .hasToString("CsvTable[1 rows of [step, loss]]");
    MetricsRow row = new MetricsRow(1, Map.of("loss", 2.0));
    assertThat(new MetricsHistory(List.of("loss"), List.of(row, row)))
        .hasToString("MetricsHistory[2 rows of [loss]]");
  }
}
