package io.nextscale.spark.row;

import io.nextscale.var.image.ImageFile;
import java.awt.image.BufferedImage;
import java.io.Serial;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.StructType;

/**
 * The column that holds images: Spark's image schema (a struct {@code image}), or the bytes of
 * image files ({@code content} of Spark's source {@code binaryFile}, {@code png} of {@code sample},
 * {@code image} or {@code bytes}).
 *
 * @param index place of the column
 * @param path place of the column that names the file for messages, or -1
 * @param decoded whether it is Spark's image schema
 */
public record ImageColumn(int index, int path, boolean decoded) implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  private static final String STRUCT = "image";
  private static final List<String> BYTES = List.of("content", "png", "image", "bytes");
  private static final List<String> FIELDS =
      List.of("height", "width", "nChannels", "mode", "data");
  private static final int GREY = 0; // OpenCV's CV_8UC1, CV_8UC3 (BGR) and CV_8UC4 (BGRA)
  private static final int BGR = 16;
  private static final int BGRA = 24;

  /**
   * Finds the column.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ImageColumn of(StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    int path = names.indexOf("path");
    int struct = names.indexOf(STRUCT);
    if (struct >= 0
        && schema.apply(struct).dataType() instanceof StructType image
        && Arrays.asList(image.fieldNames()).containsAll(FIELDS)) {
      return new ImageColumn(struct, path, true);
    }
    OptionalInt bytes =
        BYTES.stream()
            .mapToInt(names::indexOf)
            .filter(i -> i >= 0 && schema.apply(i).dataType() instanceof BinaryType)
            .findFirst();
    return new ImageColumn(
        bytes.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no column of images among %s: expected a struct image of Spark's image schema, or bytes in one of %s"
                        .formatted(names, BYTES))),
        path,
        false);
  }

  /**
   * Decodes the image of a row.
   *
   * @throws RuntimeException if it is missing or damaged
   */
  public BufferedImage read(Row row) {
    String name = path < 0 || row.isNullAt(path) ? "image of the row" : row.getString(path);
    if (row.isNullAt(index)) {
      throw new IllegalArgumentException(name + ": it is null");
    }
    return decoded
        ? decoded(name, row.getStruct(index))
        : ImageFile.read(name, row.<byte[]>getAs(index));
  }

  private static BufferedImage decoded(String name, Row image) {
    int height = image.<Integer>getAs("height");
    int width = image.<Integer>getAs("width");
    int channels = image.<Integer>getAs("nChannels");
    int mode = image.<Integer>getAs("mode");
    byte[] data = image.getAs("data");
    if (height < 1
        || width < 1
        || Math.max(height, width) > ImageFile.MAX_SIDE
        || data.length != (long) height * width * channels) {
      throw new IllegalArgumentException(
          "%s: height %s, width %s, %s channels and %s bytes do not fit each other"
              .formatted(name, height, width, channels, data.length));
    }
    if (mode == GREY && channels == 1 || mode == BGR && channels == 3) {
      int type = mode == BGR ? BufferedImage.TYPE_3BYTE_BGR : BufferedImage.TYPE_BYTE_GRAY;
      BufferedImage result = new BufferedImage(width, height, type);
      result.getRaster().setDataElements(0, 0, width, height, inPixelOrder(data, channels));
      return result;
    }
    if (mode == BGRA && channels == 4) {
      BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
      for (int i = 0; i < height * width; i++) {
        int argb =
            (data[4 * i + 3] & 255) << 24
                | (data[4 * i + 2] & 255) << 16
                | (data[4 * i + 1] & 255) << 8
                | data[4 * i] & 255;
        result.setRGB(i % width, i / width, argb);
      }
      return result;
    }
    throw new IllegalArgumentException(
        "%s: mode %s with %s channels: expected 0 (grey), 16 (BGR) or 24 (BGRA), 8 bits each"
            .formatted(name, mode, channels));
  }

  /** Rasters take red first, whatever the order of their bytes. */
  private static byte[] inPixelOrder(byte[] data, int channels) {
    if (channels == 1) {
      return data;
    }
    byte[] rgb = new byte[data.length];
    for (int i = 0; i < data.length; i += 3) {
      rgb[i] = data[i + 2];
      rgb[i + 1] = data[i + 1];
      rgb[i + 2] = data[i];
    }
    return rgb;
  }
}
