package io.nextscale.spark.row;

import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.ImageShape;
import io.nextscale.train.data.RgbImage;
import io.nextscale.train.transformer.TokenCache;
import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.Scales;
import java.io.Serial;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Encodes a copy of a training image, as a training does on one machine.
 *
 * @param shape of the training's images
 * @param augmentation of all copies but the first
 * @param seed of the training
 * @param scales of the tokens
 */
public record TrainingImage(ImageShape shape, Augmentation augmentation, long seed, String scales)
    implements RowFunction<ImageTokenizer> {
  @Serial private static final long serialVersionUID = 1;

  /** Columns of the rows: place in the cache, file, class, copy. */
  public static final StructType ROWS =
      StructType.fromDDL("place BIGINT, path STRING, label INT, copy INT");

  @Override
  public Object[] of(ImageTokenizer tokenizer, Row row) {
    RgbImage image = shape.fit(ImageFile.read(Path.of(row.getString(1))));
    float[] pixels =
        TokenCache.pixels(
            image, row.getInt(2), shape.size(), augmentation, row.getInt(3), seed + row.getLong(0));
    PixelArray square = PixelArray.of(shape.size(), shape.size(), pixels);
    return TokenColumns.values(tokenizer.tokenize(List.of(square), Scales.parse(scales)).tokens());
  }
}
