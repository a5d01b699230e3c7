package io.nextscale.var.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds the work of a TIFF file whose strips or tiles are JPEG streams: of one stream as of a JPEG
 * file, and of all together, since thousands of strips may share one stream.
 */
final class TiffJpeg {
  private static final int COMPRESSION = 259;
  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;
  private static final int STRIP_OFFSETS = 273;
  private static final int TILE_OFFSETS = 324;
  private static final int JPEG_TABLES = 347;

  /** Pixels whose decoding takes the time that any stream does. */
  private static final long LEAST_FRAME = 1 << 12;

  /** Pixels of an image for which there is always time enough. */
  private static final long SMALL_IMAGE = 1 << 22;

  /** Streams follow each other, so all of them have the bytes of the file. */
  private static final int MOST_READINGS = 4;

  private final byte[] file;
  private final TiffDirectory directory;
  private final long most;
  private final Map<Long, JpegScans> streams = new HashMap<>();
  private long read;
  private long work;

  private TiffJpeg(byte[] file, TiffDirectory directory, long pixels) {
    this.file = file;
    this.directory = directory;
    most = JpegScans.MOST * Math.max(pixels, SMALL_IMAGE);
  }

  /**
   * Refuses a file that would take more time than {@link JpegScans#MOST} scans of the whole image.
   *
   * @param pixels of the image
   */
  static void check(byte[] file, long pixels) throws IOException {
    TiffDirectory directory = TiffDirectory.of(ByteBuffer.wrap(file));
    for (int entry : directory.entries()) {
      if (!directory.isKnown(entry)) { // ImageIO would read the next entries at wrong places
        throw new IOException(
            "its field %s has the type %s: expected 1 to 13"
                .formatted(directory.tag(entry), directory.type(entry)));
      }
    }
    // every entry, because of several with one tag ImageIO takes the one that it finds right
    boolean jpeg = false;
    for (TiffDirectory.Values values : directory.values(COMPRESSION)) {
      long compression = values.count() > 0 ? values.get(0) : 0;
      if (compression == OLD_JPEG) {
        throw new IOException(
            "its compression is %s, JPEG in the way of before 1995: expected another, such as %s"
                .formatted(OLD_JPEG, JPEG));
      }
      jpeg |= compression == JPEG;
    }
    if (jpeg) {
      new TiffJpeg(file, directory, pixels).check();
    }
  }

  private void check() throws IOException {
    JpegScans tables = new JpegScans(0, 0, 0);
    for (TiffDirectory.Values values : directory.values(JPEG_TABLES)) {
      byte[] bytes = new byte[values.bytes().remaining()];
      values.bytes().get(0, bytes);
      tables = JpegScans.of(bytes, 0);
    }
    for (int tag : new int[] {STRIP_OFFSETS, TILE_OFFSETS}) {
      for (TiffDirectory.Values offsets : directory.values(tag)) {
        for (int i = 0; i < offsets.count(); i++) {
          add(tables, stream(offsets.get(i)));
        }
      }
    }
  }

  private JpegScans stream(long offset) throws IOException {
    JpegScans known = streams.get(offset);
    if (known != null) {
      return known;
    }
    int from = (int) Math.min(offset, file.length);
    JpegScans scans = JpegScans.of(file, from);
    read += scans.end() - from;
    if (read > (long) MOST_READINGS * file.length) {
      throw new IOException("its strips or tiles overlap");
    }
    streams.put(offset, scans);
    return scans;
  }

  private void add(JpegScans tables, JpegScans stream) throws IOException {
    int scans = tables.count() + stream.count();
    if (scans > JpegScans.MOST) {
      throw JpegScans.tooMany(scans);
    }
    long frame = Math.max(LEAST_FRAME, Math.max(tables.pixels(), stream.pixels()));
    work += Math.max(1, scans) * frame;
    if (work > most) {
      throw new IOException(
          "its strips or tiles take more work than %s scans of the whole image"
              .formatted(JpegScans.MOST));
    }
  }
}
