package io.nextscale.var.image;

import java.io.IOException;

/**
 * The scans of a JPEG stream (ITU-T T.81, annex B). Each takes the time of the whole frame, however
 * short it is.
 *
 * @param count number of scans
 * @param pixels of the frame, 0 without a frame header
 * @param end offset after the stream
 */
record JpegScans(int count, long pixels, int end) {
  /** Progressive files have about ten; thousands would take minutes. */
  static final int MOST = 100;

  private static final int START_OF_IMAGE = 0xD8;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;

  /**
   * Counts from a place of a file to the end of the image; tables before the image may have an end
   * of their own, and after it there may be anything.
   */
  static JpegScans of(byte[] file, int from) {
    int count = 0;
    long pixels = 0;
    int at = from;
    while (at + 4 <= file.length) {
      int marker = file[at + 1] & 0xff;
      if ((file[at] & 0xff) != 0xFF || marker == 0xFF) {
        at++; // data of a scan
        continue;
      }
      if (count > 0 && (marker == END_OF_IMAGE || marker == START_OF_IMAGE)) {
        return new JpegScans(count, pixels, at);
      }
      if (isAlone(marker)) {
        at++;
        continue;
      }
      count += marker == START_OF_SCAN ? 1 : 0;
      if (isFrame(marker) && at + 9 <= file.length) {
        pixels = Math.max(pixels, (long) number(file, at + 5) * number(file, at + 7));
      }
      at += 2 + number(file, at + 2);
    }
    return new JpegScans(count, pixels, file.length);
  }

  static IOException tooMany(int scans) {
    return new IOException("it has %s scans: expected at most %s".formatted(scans, MOST));
  }

  /** Whether a marker has no segment; 0 is none, but a byte of data. */
  static boolean isAlone(int marker) {
    return marker <= 1 || (marker >= 0xD0 && marker <= END_OF_IMAGE);
  }

  static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static int number(byte[] file, int at) {
    return (file[at] & 0xff) << 8 | file[at + 1] & 0xff;
  }
}
