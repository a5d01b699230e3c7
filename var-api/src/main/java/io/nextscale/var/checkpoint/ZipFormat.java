package io.nextscale.var.checkpoint;

/** Constants of the zip format (APPNOTE.TXT 6.3) for reading and writing. */
final class ZipFormat {
  static final long LOCAL_HEADER = 0x04034b50L;
  static final long CENTRAL_HEADER = 0x02014b50L;
  static final long END = 0x06054b50L;
  static final long END_64 = 0x06064b50L;
  static final long END_64_LOCATOR = 0x07064b50L;

  static final int LOCAL_HEADER_SIZE = 30;
  static final int CENTRAL_HEADER_SIZE = 46;
  static final int END_SIZE = 22;
  static final int END_64_SIZE = 56;
  static final int END_64_LOCATOR_SIZE = 20;

  static final int STORED = 0;
  static final int DEFLATED = 8;

  static final int FLAG_ENCRYPTED = 1;
  static final int FLAG_SIZES_AFTER_DATA = 1 << 3;
  static final int FLAG_UTF8 = 1 << 11;

  /** Extra field with 64-bit values that do not fit the header. */
  static final int EXTRA_ZIP64 = 1;

  /** Extra field that PyTorch fills to align the data. */
  static final int EXTRA_PADDING = 0x4246;

  /** Marks a 16-bit value that is elsewhere in 64 bits. */
  static final int ELSEWHERE_16 = 0xffff;

  /** Marks a 32-bit value that is elsewhere in 64 bits. */
  static final long ELSEWHERE_32 = 0xffff_ffffL;

  private ZipFormat() {}
}
