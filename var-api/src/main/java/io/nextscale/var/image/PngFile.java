package io.nextscale.var.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Reads and writes PNG files with text metadata, such as the seed of a generated image. */
public final class PngFile {
  private PngFile() {}

  /**
   * Writes an image with its metadata, whole or not at all; an existing file is replaced. Folders
   * are not created.
   *
   * @param text texts by keyword, written in the map's order; a keyword has 1 to 79 printable
   *     Latin-1 characters, a text any characters but NUL
   * @throws IllegalArgumentException if a keyword or text is not allowed
   * @throws ImageException if the folder does not exist or the disk refuses
   */
  public static void write(Path file, BufferedImage image, Map<String, String> text) {
    byte[] content;
    try {
      content = content(image, text);
    } catch (IOException e) {
      throw ImageException.writing(file, e);
    }
    ImageFile.write(file, content);
  }

  /**
   * Writes an image with its metadata to a stream, such as the response of a server. The stream
   * stays open.
   *
   * @param text as in {@link #write(Path, BufferedImage, Map)}
   * @throws IllegalArgumentException if a keyword or text is not allowed
   * @throws IOException if the stream refuses
   */
  public static void write(OutputStream out, BufferedImage image, Map<String, String> text)
      throws IOException {
    out.write(content(image, text));
    out.flush();
  }

  private static byte[] content(BufferedImage image, Map<String, String> text) throws IOException {
    List<PngChunk> added = new ArrayList<>();
    // a map without an order would give equal images other bytes in each run
    Map<String, String> ordered = text instanceof SequencedMap ? text : new TreeMap<>(text);
    ordered.forEach((keyword, value) -> added.add(new PngText(keyword, value).toChunk()));
    List<PngChunk> chunks = PngChunk.parse(encode(image));
    chunks.addAll(1, added); // after IHDR, so that readers find it before the pixels
    return PngChunk.join(chunks);
  }

  /**
   * Reads the text metadata of a PNG file (tEXt, zTXt and iTXt chunks).
   *
   * @return texts by keyword in the order of the file, a new map; the last text of a repeated
   *     keyword
   * @throws ImageException if the file is missing, damaged, truncated or not PNG
   */
  public static SequencedMap<String, String> readText(Path file) {
    SequencedMap<String, String> result = new LinkedHashMap<>();
    byte[] content = ImageFile.content(file);
    PngText.Room room = new PngText.Room();
    try {
      for (PngChunk chunk : PngChunk.parse(content)) {
        PngText text = PngText.fromChunk(chunk, room);
        if (text != null) {
          result.put(text.keyword(), text.text());
        }
      }
    } catch (IOException e) {
      throw ImageException.reading(file, e);
    }
    return result;
  }

  /**
   * Starts to load Java's classes for images on another thread, so that the first image is written
   * sooner.
   */
  public static void preload() {
    Thread.ofPlatform()
        .daemon()
        .name("nextscale-images")
        .start(
            () -> {
              PixelArray.of(1, 1, new float[3]).toImage();
              ImageIO.getImageWritersByFormatName("png").hasNext();
            });
  }

  /**
   * Tells whether a file has the signature of PNG.
   *
   * @throws ImageException if the file cannot be read
   */
  public static boolean isPng(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return PngChunk.hasSignature(in.readNBytes(PngChunk.SIGNATURE_BYTES));
    } catch (IOException e) {
      throw ImageException.reading(file, e);
    }
  }

  private static byte[] encode(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IOException("PNG cannot hold the image type " + image);
      }
    }
    return bytes.toByteArray();
  }
}
