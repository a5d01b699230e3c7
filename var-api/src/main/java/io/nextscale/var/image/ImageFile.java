package io.nextscale.var.image;

import io.nextscale.var.file.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads image files of any format that ImageIO knows (PNG, JPEG, BMP, GIF, TIFF), and writes
 * encoded images whole or not at all.
 */
public final class ImageFile {
  /** Largest width and height in pixels; larger images are refused before they are decoded. */
  public static final int MAX_SIDE = 16_384;

  static final long MAX_BYTES = 1L << 30;

  private static final Pattern DAMAGE =
      Pattern.compile("premature|truncated|corrupt(?!.*extraneous)", Pattern.CASE_INSENSITIVE);

  private ImageFile() {}

  /**
   * Decodes an image, or the first frame of an animation. Orientation tags and colour profiles of
   * PNG files are not applied, as in the official data pipelines.
   *
   * @throws ImageException if the file is missing, damaged, truncated or no image of a supported
   *     format, or has a side above {@link #MAX_SIDE}
   */
  public static BufferedImage read(Path file) {
    byte[] content = content(file);
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      if (PngChunk.hasSignature(content)) {
        PngChunk.parse(content); // ImageIO ignores checksums
      }
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new IOException(
            "the content is no image in a supported format; supported are %s"
                .formatted(String.join(", ", ImageIO.getReaderFileSuffixes())));
      }
      return decode(readers.next(), stream);
    } catch (IOException | RuntimeException e) {
      throw ImageException.reading(file, e);
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
            file, "it has %d bytes: expected at most %d".formatted(size, MAX_BYTES));
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

  private static BufferedImage decode(ImageReader reader, ImageInputStream stream)
      throws IOException {
    List<String> damage = new ArrayList<>();
    try {
      reader.setInput(stream, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if (Math.min(width, height) < 1 || Math.max(width, height) > MAX_SIDE) {
        throw new IOException(
            "it is %dx%d (width x height): expected 1 to %d per side"
                .formatted(width, height, MAX_SIDE));
      }
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            if (DAMAGE.matcher(warning).find()) {
              damage.add(warning);
            }
          });
      BufferedImage image = reader.read(0);
      if (!damage.isEmpty()) {
        throw new IOException(damage.getFirst());
      }
      return image;
    } finally {
      reader.dispose();
    }
  }
}
