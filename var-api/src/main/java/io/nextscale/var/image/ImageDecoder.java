package io.nextscale.var.image;

import io.nextscale.var.format.FileKind;
import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the content of an image file through ImageIO. Before, it takes out whatever the pixels do
 * not need, so that neither a colour profile nor a broken one has an effect.
 *
 * @param kind of the content
 * @param orientation how it was stored
 * @param pixels the content that ImageIO reads
 * @param jpeg markers, null for other kinds
 */
record ImageDecoder(
    FileKind kind, Orientation orientation, byte[] pixels, @Nullable JpegMarkers jpeg) {
  private static final Pattern DAMAGE =
      Pattern.compile("premature|truncated|corrupt(?!.*extraneous)", Pattern.CASE_INSENSITIVE);
  private static final int CMYK_COMPONENTS = 4;

  /** Looks at a content. */
  static ImageDecoder of(byte[] content) throws IOException {
    byte[] start = Arrays.copyOf(content, Math.min(FileKind.START, content.length));
    FileKind kind = FileKind.of(start, content.length);
    return switch (kind) {
      case PNG -> {
        List<PngChunk> chunks = PngChunk.parse(content); // ImageIO ignores checksums
        Orientation orientation = Orientation.UPRIGHT;
        for (PngChunk chunk : chunks) {
          if (chunk.type().equals("eXIf")) {
            orientation = Exif.orientation(chunk.data());
          }
        }
        List<PngChunk> needed = chunks.stream().filter(PngChunk::isForPixels).toList();
        byte[] pixels = needed.size() == chunks.size() ? content : PngChunk.join(needed);
        yield new ImageDecoder(kind, orientation, pixels, null);
      }
      case JPEG -> {
        JpegMarkers markers = JpegMarkers.of(content);
        if (markers.scans() > JpegScans.MOST) {
          throw JpegScans.tooMany(markers.scans());
        }
        yield new ImageDecoder(kind, markers.orientation(), markers.pixels(), markers);
      }
      case TIFF ->
          new ImageDecoder(kind, Exif.orientation(ByteBuffer.wrap(content)), content, null);
      case WEBP -> {
        WebpChunks chunks = WebpChunks.of(content);
        yield new ImageDecoder(kind, chunks.orientation(), chunks.pixels(), null);
      }
      case LFS_POINTER, WEB_PAGE, JSON, TEXT, GZIP, COMPRESSED, ZIP, HEIF ->
          throw new IOException("it is " + kind.describe(start));
      default -> new ImageDecoder(kind, Orientation.UPRIGHT, content, null);
    };
  }

  /** Size of the stored image, read from its header. */
  ImageSize size() throws IOException {
    return withReader(ImageDecoder::size);
  }

  /** Decodes the stored image, or the first frame of an animation. */
  BufferedImage decode() throws IOException {
    return withReader(
        reader -> {
          ImageSize size = size(reader);
          long count = (long) size.height() * size.width();
          if (count > ImageFile.MAX_PIXELS) {
            throw new IOException(
                "it is %s, %s pixels: expected at most %s"
                    .formatted(size, count, ImageFile.MAX_PIXELS));
          }
          if (kind == FileKind.TIFF) {
            TiffJpeg.check(pixels, count);
          }
          return decode(reader);
        });
  }

  /** Work with a reader that has its input. */
  private interface Work<T> {
    T with(ImageReader reader) throws IOException;
  }

  private <T> T withReader(Work<T> work) throws IOException {
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(pixels))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new IOException(
            kind == FileKind.WEBP
                ? "it is a WebP image, which needs a plug-in for ImageIO on the class path, such as"
                    + " com.twelvemonkeys.imageio:imageio-webp"
                : "the content is no image in a supported format; supported are "
                    + String.join(", ", ImageIO.getReaderFileSuffixes()));
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        return work.with(reader);
      } finally {
        reader.dispose();
      }
    }
  }

  private static ImageSize size(ImageReader reader) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if (Math.min(width, height) < 1 || Math.max(width, height) > ImageFile.MAX_SIDE) {
      throw new IOException(
          "it is %sx%s (width x height): expected 1 to %s per side"
              .formatted(width, height, ImageFile.MAX_SIDE));
    }
    return new ImageSize(height, width);
  }

  private BufferedImage decode(ImageReader reader) throws IOException {
    List<String> damage = new ArrayList<>();
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          if (DAMAGE.matcher(warning).find()) {
            damage.add(warning);
          }
        });
    BufferedImage image =
        jpeg != null && jpeg.components() == CMYK_COMPONENTS
            ? CmykJpeg.toRgb(reader.readRaster(0, null), jpeg.adobeTransform())
            : reader.read(0);
    if (!damage.isEmpty()) {
      throw new IOException(damage.getFirst());
    }
    return image;
  }
}
