package io.nextscale.var.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * One keyword with its text, as in PNG's tEXt, zTXt and iTXt chunks (PNG specification, section
 * 11.3.3).
 */
record PngText(String keyword, String text) {
  /** Largest size of all unpacked texts, against small files that unpack to gigabytes. */
  private static final int MAX_INFLATED = 16 << 20;

  /** Bytes to which the compressed texts of a file may still unpack. */
  static final class Room {
    private int left = MAX_INFLATED;
  }

  private static final Pattern KEYWORD =
      Pattern.compile("(?=.{1,79}$)[!-~\u00A1-\u00FF]+( [!-~\u00A1-\u00FF]+)*");

  private static final Pattern PRINTABLE_LATIN1 = Pattern.compile("[\n\t -~\u00A0-\u00FF]*");

  /**
   * Makes a tEXt chunk if the text is printable Latin-1, otherwise an uncompressed iTXt in UTF-8.
   */
  PngChunk toChunk() {
    if (!KEYWORD.matcher(keyword).matches()) {
      throw new IllegalArgumentException(
          "text keyword \"%s\": expected 1 to 79 printable Latin-1 characters, %s"
              .formatted(keyword, "with single spaces only between words"));
    }
    if (text.indexOf(0) >= 0 || !UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          "the text for \"%s\" holds a NUL or half a surrogate pair: PNG cannot store these"
              .formatted(keyword));
    }
    byte[] name = keyword.getBytes(ISO_8859_1);
    if (PRINTABLE_LATIN1.matcher(text).matches()) {
      return chunk("tEXt", name, new byte[1], text.getBytes(ISO_8859_1));
    }
    // after the keyword: its end, not compressed, method 0, empty language, empty translation
    return chunk("iTXt", name, new byte[5], text.getBytes(UTF_8));
  }

  /**
   * Reads the text of a chunk; null if the chunk has another type.
   *
   * @param room of all chunks of a file
   */
  static @Nullable PngText fromChunk(PngChunk chunk, Room room) throws IOException {
    ByteBuffer in = chunk.data().duplicate();
    switch (chunk.type()) {
      case "tEXt" -> {
        return new PngText(string(in, chunk), new String(rest(in), ISO_8859_1));
      }
      case "zTXt" -> {
        String keyword = string(in, chunk);
        requireDeflate(in, chunk);
        return new PngText(keyword, new String(inflate(rest(in), keyword, room), ISO_8859_1));
      }
      case "iTXt" -> {
        String keyword = string(in, chunk);
        boolean compressed = in.hasRemaining() && in.get() != 0;
        requireDeflate(in, chunk);
        string(in, chunk); // language
        string(in, chunk); // keyword in that language
        byte[] bytes = compressed ? inflate(rest(in), keyword, room) : rest(in);
        return new PngText(keyword, new String(bytes, UTF_8));
      }
      default -> {
        return null;
      }
    }
  }

  private static PngChunk chunk(String type, byte[] keyword, byte[] middle, byte[] text) {
    ByteBuffer data = ByteBuffer.allocate(keyword.length + middle.length + text.length);
    return new PngChunk(type, data.put(keyword).put(middle).put(text).flip());
  }

  private static String string(ByteBuffer in, PngChunk chunk) throws IOException {
    int start = in.position();
    while (in.hasRemaining()) {
      if (in.get() == 0) {
        byte[] bytes = new byte[in.position() - start - 1];
        in.get(start, bytes);
        return new String(bytes, ISO_8859_1);
      }
    }
    throw new IOException("chunk %s is damaged: a string in it has no end".formatted(chunk.type()));
  }

  private static void requireDeflate(ByteBuffer in, PngChunk chunk) throws IOException {
    if (!in.hasRemaining() || in.get() != 0) {
      throw new IOException(
          "chunk %s has an unknown compression method: expected 0".formatted(chunk.type()));
    }
  }

  private static byte[] rest(ByteBuffer in) {
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return bytes;
  }

  private static byte[] inflate(byte[] compressed, String keyword, Room room) throws IOException {
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(compressed))) {
      byte[] bytes = in.readNBytes(room.left + 1);
      if (bytes.length > room.left) {
        throw new IOException(
            "the compressed text \"%s\" is too long: expected at most %s bytes in all texts"
                .formatted(keyword, MAX_INFLATED));
      }
      room.left -= bytes.length;
      return bytes;
    }
  }
}
