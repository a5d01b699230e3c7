package io.nextscale.serve;

import io.nextscale.var.GeneratedImage;
import io.nextscale.var.image.GifFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * The format of the images in an answer.
 *
 * @param name {@code png} or {@code jpeg}
 * @param quality of JPEG, 0 to 100
 */
record ImageFormat(String name, int quality) {
  static final ImageFormat PNG = new ImageFormat("png", 100);

  /** Reads {@code output_format} and {@code output_compression}. */
  static ImageFormat of(Fields fields) {
    String name = fields.choice("output_format", "png", "jpeg").orElse("png");
    return new ImageFormat(name, (int) fields.integer("output_compression", 0, 100).orElse(90));
  }

  /** Encodes an image; a PNG has the parameters of the generation. */
  String encode(GeneratedImage image) {
    byte[] bytes = name.equals("png") ? image.toPng() : jpeg(image.toBufferedImage());
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Encodes a preview. */
  String encode(BufferedImage image) {
    if (!name.equals("png")) {
      return Base64.getEncoder().encodeToString(jpeg(image));
    }
    return png(image);
  }

  /** Encodes an image without parameters, also one with transparency. */
  static String png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out); // given a stream, ImageIO would write a temporary file
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /** Encodes images as an animation that repeats. */
  static String gif(List<BufferedImage> frames, int delayMillis) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      GifFile.write(bytes, frames, delayMillis, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private byte[] jpeg(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality / 100f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** The fields about the format in answers and events. */
  Map<String, Object> fields(BufferedImage image) {
    String size = String.format(Locale.ROOT, "%dx%d", image.getWidth(), image.getHeight());
    return Map.of("output_format", name, "size", size, "quality", "auto", "background", "opaque");
  }
}
