package io.nextscale.var.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The marker segments of a JPEG file before its first scan (ITU-T T.81, annex B): what the pixels
 * need, the orientation, the number of scans, and nothing else.
 *
 * @param components number of components, 0 if there is no frame header
 * @param adobeTransform colour transform of the Adobe marker: 0 none, 1 YCbCr, 2 YCCK; {@link
 *     #NO_ADOBE} without the marker
 * @param scans number of scans, each of which goes over all pixels
 * @param pixels the file with the segments that its pixels need only: colour profiles, EXIF and
 *     comments confuse ImageIO
 */
record JpegMarkers(
    int components, int adobeTransform, Orientation orientation, int scans, byte[] pixels) {
  static final int NO_ADOBE = -1;

  private static final byte[] JFIF = {
    (byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
  };
  private static final int ADOBE_LENGTH = 12;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int APP15 = 0xEF;
  private static final int COMMENT = 0xFE;
  private static final int START_OF_SCAN = 0xDA;

  /** A segment: its marker, and the offsets of its first byte and after its last. */
  private record Segment(int marker, int start, int end) {}

  /** Reads the segments; of a damaged file up to the damage, which its decoder reports. */
  static JpegMarkers of(byte[] file) {
    List<Segment> segments = segments(file);
    int components = 0;
    boolean rgb = false;
    boolean jfif = false;
    int adobe = NO_ADOBE;
    Orientation orientation = Orientation.UPRIGHT;
    ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
    for (Segment segment : segments) {
      int content = segment.start + 4;
      int length = segment.end - content;
      if (JpegScans.isFrame(segment.marker) && length >= 6) {
        components = file[content + 5] & 0xff;
        rgb = length >= 15 && isRgb(file, content);
      } else if (segment.marker == APP0) {
        jfif |= begins(file, content, length, "JFIF\0");
      } else if (segment.marker == APP14 && begins(file, content, length, "Adobe")) {
        adobe = length >= ADOBE_LENGTH ? file[content + ADOBE_LENGTH - 1] & 0xff : NO_ADOBE;
      } else if (segment.marker == APP1 && begins(file, content, length, "Exif\0\0")) {
        orientation = Exif.orientation(ByteBuffer.wrap(file, content + 6, length - 6));
      }
    }
    kept.write(file, 0, 2);
    // libjpeg takes three components without a marker for YCbCr, ImageIO perhaps for RGB
    if (components == 3 && (jfif || (adobe == NO_ADOBE && !rgb))) {
      kept.writeBytes(JFIF);
    }
    int rest = 2;
    for (Segment segment : segments) {
      boolean application = segment.marker >= APP0 && segment.marker <= APP15;
      boolean dropped =
          segment.marker == COMMENT || (application && (segment.marker != APP14 || jfif));
      if (!dropped || (segment.marker == APP14 && components == 4)) {
        kept.write(file, segment.start, segment.end - segment.start);
      }
      rest = segment.end;
    }
    kept.write(file, rest, file.length - rest);
    return new JpegMarkers(
        components, adobe, orientation, JpegScans.of(file, rest).count(), kept.toByteArray());
  }

  private static List<Segment> segments(byte[] file) {
    List<Segment> segments = new ArrayList<>();
    int at = 2;
    while (at + 4 <= file.length && (file[at] & 0xff) == 0xFF) {
      int marker = file[at + 1] & 0xff;
      if (marker == 0xFF) { // a fill byte
        at++;
        continue;
      }
      int length = (file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff;
      if (marker == START_OF_SCAN
          || JpegScans.isAlone(marker)
          || length < 2
          || length > file.length - at - 2) {
        break;
      }
      segments.add(new Segment(marker, at, at + 2 + length));
      at += 2 + length;
    }
    return segments;
  }

  private static boolean isRgb(byte[] file, int frame) {
    return file[frame + 6] == 'R' && file[frame + 9] == 'G' && file[frame + 12] == 'B';
  }

  private static boolean begins(byte[] file, int at, int length, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    if (length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (file[at + i] != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
