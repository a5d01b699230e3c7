package io.nextscale.var.format;

import io.nextscale.var.check.Shown;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The kind of a file, told from its first bytes. Readers of weights and of images ask here, so that
 * each can say what a file is that it does not read.
 */
public enum FileKind {
  /** No bytes. */
  EMPTY("an empty file"),
  /** Zip archive: {@code torch.save} since PyTorch 1.6, and others. */
  ZIP("a zip archive"),
  /** The pickle stream of {@code torch.save} before PyTorch 1.6. */
  TORCH_STREAM("a pickle stream of torch.save"),
  /** Another pickle. */
  PICKLE("a pickle that torch.save did not write; save the weights with torch.save"),
  /** Safetensors. */
  SAFETENSORS("a safetensors file"),
  /** PNG image. */
  PNG("a PNG image"),
  /** JPEG image. */
  JPEG("a JPEG image"),
  /** GIF image. */
  GIF("a GIF image"),
  /** BMP image. */
  BMP("a BMP image"),
  /** TIFF image. */
  TIFF("a TIFF image"),
  /** WebP image. */
  WEBP("a WebP image"),
  /** HEIF or AVIF image. */
  HEIF("an HEIF or AVIF image"),
  /** Text file that Git LFS leaves in place of a large file. */
  LFS_POINTER("a Git LFS pointer, not the file itself; git lfs pull downloads it"),
  /** HTML. */
  WEB_PAGE("a web page, perhaps a sign-in or error page; download the file itself"),
  /** JSON. */
  JSON("a JSON text, perhaps the error message of a server"),
  /** gzip. */
  GZIP("a gzip archive; unpack it with gunzip"),
  /** bzip2, xz or Zstandard. */
  COMPRESSED("a bzip2, xz or Zstandard archive; unpack it first"),
  /** tar. */
  TAR("a tar archive; unpack it first"),
  /** HDF5, as Keras writes. */
  HDF5("an HDF5 file"),
  /** GGUF. */
  GGUF("a GGUF file"),
  /** NumPy array. */
  NUMPY("a NumPy array file"),
  /** Any other text. */
  TEXT("a text"),
  /** Anything else. */
  UNKNOWN("an unknown kind of file");

  /** Number of first bytes that {@link #of} looks at. */
  public static final int START = 512;

  private static final int SHOWN = 80;

  private final String description;

  FileKind(String description) {
    this.description = description;
  }

  /**
   * Tells the kind of a file.
   *
   * @param start its first {@link #START} bytes, or all of them
   * @param size its size in bytes
   */
  public static FileKind of(byte[] start, long size) {
    if (size == 0) {
      return EMPTY;
    }
    FileKind binary = binary(start, size);
    return binary == UNKNOWN ? text(start) : binary;
  }

  /** Describes a file for a message; of a text, it quotes the beginning. */
  public String describe(byte[] start) {
    if (this != JSON && this != TEXT) {
      return description;
    }
    String text = new String(start, StandardCharsets.UTF_8).strip();
    return description + " that begins \"" + Shown.text(text, SHOWN) + "\"";
  }

  private static FileKind binary(byte[] start, long size) {
    if (has(start, 0, 'P', 'K', 3, 4) || has(start, 0, 'P', 'K', 5, 6)) {
      return ZIP;
    }
    // protocol 2, then the magic number LONG1 0x1950a86a20f9469cfc6c
    if (has(start, 0, 0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8)) {
      return TORCH_STREAM;
    }
    if (has(start, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
      return PNG;
    }
    if (has(start, 0, 0xFF, 0xD8, 0xFF)) {
      return JPEG;
    }
    if (has(start, 0, 'G', 'I', 'F', '8')) {
      return GIF;
    }
    if (has(start, 0, 'B', 'M') && has(start, 6, 0, 0, 0, 0)) {
      return BMP;
    }
    if (has(start, 0, 'I', 'I', 42, 0) || has(start, 0, 'M', 'M', 0, 42)) {
      return TIFF;
    }
    if (has(start, 0, 'R', 'I', 'F', 'F') && has(start, 8, 'W', 'E', 'B', 'P')) {
      return WEBP;
    }
    if (has(start, 4, 'f', 't', 'y', 'p')) {
      return HEIF;
    }
    if (isSafetensors(start, size)) {
      return SAFETENSORS;
    }
    if (has(start, 0, 0x1f, 0x8b)) {
      return GZIP;
    }
    if (has(start, 0, 'B', 'Z', 'h')
        || has(start, 0, 0xFD, '7', 'z', 'X', 'Z')
        || has(start, 0, 0x28, 0xB5, 0x2F, 0xFD)) {
      return COMPRESSED;
    }
    if (has(start, 257, 'u', 's', 't', 'a', 'r')) {
      return TAR;
    }
    if (has(start, 0, 0x89, 'H', 'D', 'F')) {
      return HDF5;
    }
    if (has(start, 0, 'G', 'G', 'U', 'F')) {
      return GGUF;
    }
    if (has(start, 0, 0x93, 'N', 'U', 'M', 'P', 'Y')) {
      return NUMPY;
    }
    return start.length > 1 && has(start, 0, 0x80) && start[1] >= 2 && start[1] <= 5
        ? PICKLE
        : UNKNOWN;
  }

  private static boolean isSafetensors(byte[] start, long size) {
    if (!has(start, 8, '{')) {
      return false;
    }
    long length = 0;
    for (int i = 7; i >= 0; i--) {
      length = length << 8 | start[i] & 0xff;
    }
    return length >= 2 && length <= size - 8;
  }

  private static FileKind text(byte[] start) {
    for (byte b : start) {
      if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
        return UNKNOWN;
      }
    }
    String text = new String(start, StandardCharsets.UTF_8);
    if (text.indexOf('\ufffd') >= 0 && text.indexOf('\ufffd') < text.length() - 4) {
      return UNKNOWN; // a character may be cut off at the end only
    }
    String begin = text.replace("\ufeff", "").stripLeading().toLowerCase(Locale.ROOT);
    if (begin.startsWith("version https://git-lfs.github.com/spec/")) {
      return LFS_POINTER;
    }
    if (begin.startsWith("<!doctype html") || begin.startsWith("<html")) {
      return WEB_PAGE;
    }
    return begin.startsWith("{") || begin.startsWith("[") ? JSON : TEXT;
  }

  private static boolean has(byte[] bytes, int at, int... expected) {
    if (bytes.length < at + expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if ((bytes[at + i] & 0xff) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
