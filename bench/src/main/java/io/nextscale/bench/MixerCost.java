package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.metrics.ChartPage;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.inference.CachedPredictor;
import io.nextscale.var.inference.ParallelPredictor;
import io.nextscale.var.inference.SharedCachePredictor;
import io.nextscale.var.inference.TransformerForm;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.transformer.VarTransformer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Time of a block for each token by the number of tokens before it: with attention, and with
 * Mamba-2.
 */
public final class MixerCost {
  private static final List<String> PRESETS = List.of("flexvar-d16", "flexvar-mamba-d16");
  private static final Scale PASS = new Scale(8, 8); // tokens computed together
  private static final Scales ALL = new Scales(List.of(new Scale(64, 64)));
  private static final int DEPTH = 2;
  private static final int ROWS = 2; // of one guided image
  private static final int ROUNDS = 5;
  private static final int SHOWN = 8;

  private MixerCost() {}

  /**
   * Prints microseconds for each token of a row and block.
   *
   * @param arguments f32 or bf16, then a PNG file for a chart; both may be left out
   */
  public static void main(String[] arguments) {
    DType dtype =
        arguments.length > 0 && arguments[0].equals("bf16") ? DType.BFLOAT16 : DType.FLOAT32;
    int passes = ALL.tokens() / PASS.tokens();
    double[] lengths = new double[passes];
    Arrays.setAll(lengths, i -> i * PASS.tokens());
    XYChart chart =
        ChartPage.chart(640, 400, "microseconds for each token and block", "tokens before");
    chart.getStyler().setYAxisMin(0.0).setLegendVisible(true);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    System.out.printf("tokens before");
    for (int i = 0; i < passes; i += SHOWN) {
      System.out.printf("%8.0f", lengths[i]);
    }
    System.out.println();
    for (String preset : PRESETS) {
      double[] micros = measure(preset, dtype, passes);
      System.out.printf("%s, %s:%n             ", preset, dtype);
      for (int i = 0; i < passes; i += SHOWN) {
        System.out.printf("%8.1f", micros[i]);
      }
      System.out.println();
      chart.addSeries(preset, lengths, micros).setMarker(SeriesMarkers.NONE);
    }
    if (arguments.length > 1) {
      PngFile.write(Path.of(arguments[1]), ChartPage.compose(List.of(chart), 1), Map.of());
    }
  }

  private static double[] measure(String preset, DType dtype, int passes) {
    double[][] rounds = new double[ROUNDS][passes];
    try (GradMode inference = GradMode.disabled();
        TensorScope weights = TensorScope.open();
        OpenModel model = ModelSource.randomPreset(preset, 1).open()) {
      TransformerConfig config = model.spec().transformer().toBuilder().depth(DEPTH).build();
      WeightReader reader = new WeightReader(model.transformerWeights(), Device.CPU, dtype);
      VarTransformer transformer =
          TransformerForm.of(VarTransformer.read(reader, config, model.spec().scales()));
      SharedCachePredictor predictor = new ParallelPredictor(new CachedPredictor(transformer));
      Tensor input =
          Tensor.full(0.5, DType.FLOAT32, Device.CPU, ROWS, PASS.tokens(), config.width());
      for (double[] round : rounds) {
        try (SharedCachePredictor.SharedCacheRun run =
            predictor.begin(new long[] {1, predictor.noClass()}, ALL, () -> {})) {
          for (int i = 0; i < passes; i++) {
            long begun = System.nanoTime();
            run.hiddenAt((long) i * PASS.tokens(), List.of(PASS), input).close();
            double nanos = System.nanoTime() - begun;
            round[i] = nanos / 1e3 / (ROWS * PASS.tokens() * DEPTH);
          }
        }
      }
    }
    double[] medians = new double[passes];
    for (int i = 0; i < passes; i++) {
      int pass = i;
      medians[i] = Median.of(List.of(rounds), round -> round[pass]);
    }
    return medians;
  }
}
