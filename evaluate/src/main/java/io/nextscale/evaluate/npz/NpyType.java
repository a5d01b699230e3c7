package io.nextscale.evaluate.npz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Element type of an array.
 *
 * @param kind the number that an element is
 * @param order order of its bytes
 */
public record NpyType(Kind kind, ByteOrder order) {
  /** Checks that no component is null. */
  public NpyType {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(order, "order");
  }

  /** Numbers that this package reads; NumPy's letters. */
  public enum Kind {
    /** Unsigned 8-bit integer, {@code u1}. */
    U1(1),
    /** 32-bit integer, {@code i4}. */
    I4(4),
    /** 64-bit integer, {@code i8}. */
    I8(8),
    /** float32, {@code f4}. */
    F4(4),
    /** float64, {@code f8}. */
    F8(8);

    private final int bytes;

    Kind(int bytes) {
      this.bytes = bytes;
    }
  }

  /** Unsigned 8-bit integers. */
  public static final NpyType U1 = new NpyType(Kind.U1, ByteOrder.LITTLE_ENDIAN);

  /** Little-endian float64. */
  public static final NpyType F8 = new NpyType(Kind.F8, ByteOrder.LITTLE_ENDIAN);

  /** Size of an element in bytes. */
  public int bytes() {
    return kind.bytes;
  }

  /** Returns the type of a description such as {@code <f4}, or null if it is none of these. */
  static @Nullable NpyType parse(String description) {
    if (description.length() != 3) {
      return null;
    }
    ByteOrder order =
        switch (description.charAt(0)) {
          case '<' -> ByteOrder.LITTLE_ENDIAN;
          case '>' -> ByteOrder.BIG_ENDIAN;
          case '|' -> ByteOrder.LITTLE_ENDIAN;
          default -> null;
        };
    for (Kind kind : Kind.values()) {
      boolean named = kind.name().toLowerCase(Locale.ROOT).equals(description.substring(1));
      if (named && order != null && (description.charAt(0) != '|' || kind.bytes == 1)) {
        return new NpyType(kind, order);
      }
    }
    return null;
  }

  /** The description in a header, such as {@code <f4}. */
  String description() {
    char first = kind.bytes == 1 ? '|' : order == ByteOrder.LITTLE_ENDIAN ? '<' : '>';
    return first + kind.name().toLowerCase(Locale.ROOT);
  }

  /** Reads one element as a float64. */
  double read(ByteBuffer bytes, int position) {
    return switch (kind) {
      case U1 -> bytes.get(position) & 0xFF;
      case I4 -> bytes.getInt(position);
      case I8 -> bytes.getLong(position);
      case F4 -> bytes.getFloat(position);
      case F8 -> bytes.getDouble(position);
    };
  }
}
