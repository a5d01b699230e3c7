package io.nextscale.var.image;

import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads image files of any format that ImageIO knows (PNG, JPEG, BMP, GIF, TIFF; WebP with a
 * plug-in), and writes encoded images whole or not at all.
 *
 * <p>The levels are those that Pillow's {@code Image.open(f).convert("RGB")} gives, which the
 * official data pipelines use. Colour profiles have no effect, in no format. CMYK and YCCK JPEG are
 * converted without their profiles. Orientation tags are applied by {@link #readUpright} only.
 */
public final class ImageFile {
  /** Largest width and height in pixels; larger images are refused before they are decoded. */
  public static final int MAX_SIDE = 16_384;

  /** Largest number of pixels; larger images are refused before they are decoded. */
  public static final long MAX_PIXELS = 1L << 26;

  static final long MAX_BYTES = 1L << 30;

  private static final int TIMEOUT_MILLIS = 30_000;

  private ImageFile() {}

  /**
   * Decodes an image as it is stored, or the first frame of an animation.
   *
   * @throws ImageException if the file is missing, damaged, truncated or no image of a supported
   *     format, has a side above {@link #MAX_SIDE} or more than {@link #MAX_PIXELS}
   */
  public static BufferedImage read(Path file) {
    return read(file.toString(), content(file));
  }

  /**
   * Decodes an image as it is stored.
   *
   * @param name name for messages
   * @param content of a file
   * @throws ImageException as {@link #read(Path)} does
   */
  public static BufferedImage read(String name, byte[] content) {
    return decode(name, content, ImageDecoder::decode);
  }

  /**
   * Decodes an image as it is stored; reads the stream to its end and does not close it.
   *
   * @param name name for messages
   * @throws ImageException as {@link #read(Path)} does
   */
  public static BufferedImage read(String name, InputStream content) {
    try {
      byte[] bytes = content.readNBytes((int) MAX_BYTES);
      if (content.read() >= 0) {
        throw ImageException.reading(name, "it has more than %s bytes".formatted(MAX_BYTES));
      }
      return read(name, bytes);
    } catch (IOException e) {
      throw ImageException.reading(name, e);
    }
  }

  /**
   * Decodes an image at an address with a scheme that Java opens, such as {@code file:} or {@code
   * https:}. Do not give it addresses from strangers.
   *
   * @throws ImageException as {@link #read(Path)} does, or if the address cannot be opened
   */
  public static BufferedImage read(URI address) {
    try {
      URLConnection connection = address.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        return read(address.toString(), in);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw ImageException.reading(address.toString(), e);
    }
  }

  /**
   * Decodes an image and turns it upright, as its orientation tag says.
   *
   * @throws ImageException as {@link #read(Path)} does
   */
  public static BufferedImage readUpright(Path file) {
    return decode(
        file.toString(), content(file), decoder -> decoder.orientation().upright(decoder.decode()));
  }

  /**
   * Reads the orientation tag of an image: EXIF in JPEG, PNG and WebP, or that of TIFF.
   *
   * @return upright if there is none
   * @throws ImageException if the file cannot be read
   */
  public static Orientation orientation(Path file) {
    return decode(file.toString(), content(file), ImageDecoder::orientation);
  }

  /**
   * Reads the size of an image as it is stored, without decoding it.
   *
   * @throws ImageException if the file is missing, or no image of a supported format, or has a side
   *     above {@link #MAX_SIDE}
   */
  public static ImageSize size(Path file) {
    return size(file.toString(), content(file));
  }

  /**
   * Reads the size of an image as it is stored, without decoding it.
   *
   * @param name name for messages
   * @param content of a file
   * @throws ImageException as {@link #size(Path)} does
   */
  public static ImageSize size(String name, byte[] content) {
    return decode(name, content, ImageDecoder::size);
  }

  /** A use of a decoder. */
  private interface Use<T> {
    T of(ImageDecoder decoder) throws IOException;
  }

  private static <T> T decode(String name, byte[] content, Use<T> use) {
    if (content.length == 0) {
      throw ImageException.reading(name, "the file is empty");
    }
    try {
      return use.of(ImageDecoder.of(content));
    } catch (IOException | RuntimeException e) {
      throw ImageException.reading(name, e);
    }
  }

  /**
   * Replaces or creates a file.
   *
   * @throws ImageException if the folder does not exist or the disk refuses
   */
  static void write(Path file, byte[] content) {
    if (Files.isDirectory(file)) {
      throw ImageException.writing(file, "it is a folder");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw ImageException.writing(file, "the folder " + folder + " does not exist");
    }
    try {
      AtomicFile.write(
          file,
          channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
    } catch (IOException e) {
      throw ImageException.writing(file, e);
    }
  }

  /** Reads the bytes of a file that is not empty and has at most {@link #MAX_BYTES}. */
  static byte[] content(Path file) {
    if (Files.isDirectory(file)) {
      throw ImageException.reading(file, "it is a folder");
    }
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw ImageException.reading(
            file, "it has %s bytes: expected at most %s".formatted(size, MAX_BYTES));
      }
      byte[] content = Files.readAllBytes(file);
      if (content.length == 0) {
        throw ImageException.reading(file, "the file is empty");
      }
      return content;
    } catch (IOException e) {
      throw ImageException.reading(file, e);
    }
  }
}
