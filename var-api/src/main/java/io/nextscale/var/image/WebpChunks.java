package io.nextscale.var.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * The chunks of a WebP file (RFC 9649): the orientation, and what the pixels need. A plug-in would
 * apply a colour profile.
 *
 * @param pixels the file without colour profile, EXIF and XMP
 */
record WebpChunks(Orientation orientation, byte[] pixels) {
  private static final int HEADER = 12;
  private static final int CHUNK_HEADER = 8;
  private static final Set<String> DROPPED = Set.of("ICCP", "EXIF", "XMP ");

  /** Flags of profile, EXIF and XMP in the first byte of the chunk VP8X. */
  private static final int DROPPED_FLAGS = 0x20 | 0x08 | 0x04;

  /** Reads the chunks; of a damaged file up to the damage, which its decoder reports. */
  static WebpChunks of(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    Orientation orientation = Orientation.UPRIGHT;
    ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
    kept.write(file, 0, Math.min(HEADER, file.length));
    int at = Math.min(HEADER, file.length);
    while (at <= file.length - CHUNK_HEADER) {
      int size = bytes.getInt(at + 4);
      if (size < 0 || size > file.length - at - CHUNK_HEADER) {
        break;
      }
      int end = Math.min(file.length, at + CHUNK_HEADER + size + (size & 1));
      String name = new String(file, at, 4, StandardCharsets.ISO_8859_1);
      if (name.equals("EXIF")) {
        orientation = Exif.orientation(ByteBuffer.wrap(file, at + CHUNK_HEADER, size));
      }
      if (!DROPPED.contains(name)) {
        byte[] chunk = Arrays.copyOfRange(file, at, end);
        if (name.equals("VP8X") && size > 0) {
          chunk[CHUNK_HEADER] &= (byte) ~DROPPED_FLAGS;
        }
        kept.writeBytes(chunk);
      }
      at = end;
    }
    kept.write(file, at, file.length - at);
    byte[] pixels = kept.toByteArray();
    if (pixels.length >= HEADER) {
      ByteBuffer.wrap(pixels).order(ByteOrder.LITTLE_ENDIAN).putInt(4, pixels.length - 8);
    }
    return new WebpChunks(orientation, pixels);
  }
}
