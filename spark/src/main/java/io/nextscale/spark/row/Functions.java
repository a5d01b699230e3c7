package io.nextscale.spark.row;

import io.nextscale.evaluate.ImageEvaluator;
import io.nextscale.evaluate.feature.ImageFeatures;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.spark.model.ModelChecksum;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.Score;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The functions of one row each. */
public final class Functions {
  private Functions() {}

  /** Image to scales and tokens. */
  public static RowFunction<ImageTokenizer> tokenize(ImageColumn column, @Nullable String scales) {
    return (tokenizer, row) -> {
      PixelArray image = PixelArray.fromImage(column.read(row));
      ScaleSelection wanted =
          new ScaleSelection(null, null, scales == null ? null : Scales.parse(scales));
      Scales chosen = wanted.orSize(image.size()).of(tokenizer.spec());
      return TokenColumns.values(tokenizer.tokenize(List.of(image), chosen).tokens());
    };
  }

  /** Tokens to image (PNG) and its checksum. */
  public static RowFunction<ImageTokenizer> reconstruct(TokenColumns columns) {
    return (tokenizer, row) -> {
      TokenMaps maps = columns.read(row);
      PixelArray image = tokenizer.decode(maps, maps.scales().count()).getFirst();
      byte[] png = PngBytes.of(image.toImage(), Map.of());
      return new Object[] {png, ModelChecksum.of(png)};
    };
  }

  /** Tokens and class to cross-entropy and token error, of each scale and of all. */
  public static RowFunction<ImageGenerator> score(TokenColumns columns, int label) {
    return (generator, row) -> {
      if (row.isNullAt(label)) {
        throw new IllegalArgumentException("class is null: expected a name or number");
      }
      String name = String.valueOf(row.get(label));
      Score score = generator.score(columns.read(row), List.of(name), false);
      return new Object[] {
        score.crossEntropy().toArray(Double[]::new),
        score.accuracy().stream().map(share -> 1 - share).toArray(Double[]::new),
        score.meanCrossEntropy(),
        1 - score.meanAccuracy()
      };
    };
  }

  /** Image to pooled and spatial features. */
  public static RowFunction<ImageEvaluator> features(ImageColumn column) {
    return (evaluator, row) -> {
      RgbSamples image = RgbSamples.of(column.read(row));
      ImageFeatures features;
      synchronized (evaluator) { // it is for one thread at a time
        features = evaluator.features(List.of(image)).getFirst();
      }
      return new Object[] {boxed(features.pooled()), boxed(features.spatial())};
    };
  }

  private static Float[] boxed(float[] values) {
    return IntStream.range(0, values.length).mapToObj(i -> values[i]).toArray(Float[]::new);
  }
}
