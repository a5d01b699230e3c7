package io.nextscale.var.image;

import io.nextscale.var.check.Check;
import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes animated GIF files, such as the preview of an image that grows scale by scale. */
public final class GifFile {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";
  private static final int MAX_DELAY = 655_350; // 16 bits of hundredths of a second
  private static final int MAX_SIDE = 65_535;

  private GifFile() {}

  /**
   * Writes a file whole or not at all. Each frame gets its own palette of 256 colours; alpha is
   * composited over white. Smaller frames are enlarged smoothly to the width of the widest and the
   * height of the highest.
   *
   * @param frames at least one
   * @param delayMillis time per frame in ms, 10 to 655350, rounded to 10; most viewers slow down
   *     below 20
   * @param loop whether the animation repeats for ever; otherwise it plays once
   * @throws IllegalArgumentException if an argument is out of range
   * @throws ImageException if the folder does not exist or the disk refuses
   */
  public static void write(Path file, List<BufferedImage> frames, int delayMillis, boolean loop) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try {
      write(content, frames, delayMillis, loop);
    } catch (IOException e) {
      throw ImageException.writing(file, e);
    }
    ImageFile.write(file, content.toByteArray());
  }

  /**
   * Writes the content of such a file to a stream, such as the response of a server. The stream
   * stays open.
   *
   * @param frames as in {@link #write(Path, List, int, boolean)}, like the other arguments
   * @throws IllegalArgumentException if an argument is out of range
   * @throws IOException if the stream refuses
   */
  public static void write(
      OutputStream out, List<BufferedImage> frames, int delayMillis, boolean loop)
      throws IOException {
    List<BufferedImage> even = inOneSize(frames);
    Check.range("delayMillis", delayMillis, 10, MAX_DELAY);
    out.write(encode(even, (delayMillis + 5) / 10, loop));
    out.flush();
  }

  private static byte[] encode(List<BufferedImage> frames, int hundredths, boolean loop)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (int i = 0; i < frames.size(); i++) {
        BufferedImage frame = frames.get(i);
        IIOMetadata metadata = metadata(writer, frame, hundredths, loop && i == 0);
        writer.writeToSequence(new IIOImage(frame, null, metadata), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static IIOMetadata metadata(
      ImageWriter writer, BufferedImage frame, int hundredths, boolean startsLoop)
      throws IOException {
    ImageTypeSpecifier type = ImageTypeSpecifier.createFromRenderedImage(frame);
    IIOMetadata metadata = writer.getDefaultImageMetadata(type, null);
    IIOMetadataNode root = new IIOMetadataNode(FORMAT);
    IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("transparentColorIndex", "0");
    control.setAttribute("delayTime", Integer.toString(hundredths));
    root.appendChild(control);
    if (startsLoop) {
      root.appendChild(endlessLoop());
    }
    metadata.mergeTree(FORMAT, root);
    return metadata;
  }

  /** Makes Netscape's application extension; the repetition count 0 means for ever. */
  private static IIOMetadataNode endlessLoop() {
    IIOMetadataNode extension = new IIOMetadataNode("ApplicationExtension");
    extension.setAttribute("applicationID", "NETSCAPE");
    extension.setAttribute("authenticationCode", "2.0");
    extension.setUserObject(new byte[] {1, 0, 0});
    IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
    extensions.appendChild(extension);
    return extensions;
  }

  /** Enlarges the frames to one size, on white. */
  private static List<BufferedImage> inOneSize(List<BufferedImage> frames) {
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("frames is empty: a GIF needs at least one");
    }
    int width = frames.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
    int height = frames.stream().mapToInt(BufferedImage::getHeight).max().orElseThrow();
    if (Math.max(width, height) > MAX_SIDE) {
      throw new IllegalArgumentException(
          "frames of %sx%s (height x width): expected at most %s per side"
              .formatted(height, width, MAX_SIDE));
    }
    ImageSize size = new ImageSize(height, width);
    return frames.stream()
        .map(frame -> PixelArray.fromImage(frame).resizeBicubic(size).toImage())
        .toList();
  }
}
