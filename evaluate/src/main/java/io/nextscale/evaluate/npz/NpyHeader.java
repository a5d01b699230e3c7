package io.nextscale.evaluate.npz;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an {@code .npy} file, versions 1.0, 2.0 and 3.0.
 *
 * @param type type of the elements
 * @param fortranOrder whether the first dimension is the fastest
 * @param shape sizes of the dimensions; empty for a scalar
 */
record NpyHeader(NpyType type, boolean fortranOrder, long[] shape) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;
  private static final int MAX_DIMENSIONS = 32;
  private static final int ALIGNMENT = 64;

  private static final Pattern DICTIONARY =
      Pattern.compile(
          "\\{\\s*'descr'\\s*:\\s*'([^']*)'\\s*,\\s*'fortran_order'\\s*:\\s*(True|False)\\s*,"
              + "\\s*'shape'\\s*:\\s*\\(([0-9L,\\s]*)\\)\\s*,?\\s*\\}\\s*");

  NpyHeader {
    shape = shape.clone();
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  long elements() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b); // parse has checked the product
  }

  /**
   * Reads a header; the elements follow in the stream.
   *
   * @throws IOException if the stream ends, or this is no header, or one of a type that is not read
   */
  static NpyHeader read(InputStream stream) throws IOException {
    byte[] start = stream.readNBytes(MAGIC.length + 2);
    if (start.length < MAGIC.length + 2 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
      throw new IOException("no array of NumPy: it does not begin with \\x93NUMPY");
    }
    int version = start[6];
    if (version < 1 || version > 3) {
      throw new IOException("version " + version + " of the npy format: expected 1, 2 or 3");
    }
    byte[] size = stream.readNBytes(version == 1 ? 2 : 4);
    long length = 0;
    for (int i = size.length - 1; i >= 0; i--) {
      length = length << 8 | size[i] & 0xFF;
    }
    if (length > MAX_HEADER) {
      throw new IOException(
          "its header has %s bytes: expected at most %s".formatted(length, MAX_HEADER));
    }
    byte[] text = stream.readNBytes((int) length);
    if (text.length < length || size.length < (version == 1 ? 2 : 4)) {
      throw new IOException("it ends within its header");
    }
    Charset charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    return parse(new String(text, charset));
  }

  private static NpyHeader parse(String text) throws IOException {
    Matcher matcher = DICTIONARY.matcher(text);
    if (!matcher.matches()) {
      throw new IOException("a header that is not understood: " + shortened(text));
    }
    NpyType type = NpyType.parse(matcher.group(1));
    if (type == null) {
      throw new IOException(
          "elements of type '%s': expected u1, i4, i8, f4 or f8"
              .formatted(shortened(matcher.group(1))));
    }
    return new NpyHeader(type, matcher.group(2).equals("True"), shape(matcher.group(3), type));
  }

  private static long[] shape(String text, NpyType type) throws IOException {
    String[] sizes = Arrays.stream(text.split(",")).map(String::strip).toArray(String[]::new);
    int count = sizes.length == 1 && sizes[0].isEmpty() ? 0 : sizes.length;
    long[] shape = new long[count];
    try {
      long bytes = type.bytes();
      for (int i = 0; i < count; i++) {
        shape[i] = Long.parseLong(sizes[i].replace("L", ""));
        bytes = Math.multiplyExact(bytes, Math.max(shape[i], 1));
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IOException("the shape (%s) is no size of an array".formatted(shortened(text)), e);
    }
    if (count > MAX_DIMENSIONS) {
      throw new IOException("%s dimensions: expected at most %s".formatted(count, MAX_DIMENSIONS));
    }
    return shape;
  }

  private static String shortened(String text) {
    String line = text.replaceAll("[^\\x20-\\x7E]", "?").strip();
    return line.length() <= 80 ? line : line.substring(0, 80) + "…";
  }

  /** Returns the header as version 1.0, padded so that the elements are aligned. */
  byte[] bytes() {
    StringBuilder sizes = new StringBuilder();
    for (long size : shape) {
      sizes.append(size).append(shape.length == 1 ? "," : ", ");
    }
    String trimmed = sizes.toString().replaceAll(", $", "");
    String text =
        "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }"
            .formatted(type.description(), fortranOrder ? "True" : "False", trimmed);
    int start = MAGIC.length + 4;
    int padding = ALIGNMENT - (start + text.length() + 1) % ALIGNMENT;
    byte[] content =
        (text + " ".repeat(padding % ALIGNMENT) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = Arrays.copyOf(MAGIC, start + content.length);
    all[6] = 1;
    all[8] = (byte) content.length;
    all[9] = (byte) (content.length >> 8);
    System.arraycopy(content, 0, all, start, content.length);
    return all;
  }
}
