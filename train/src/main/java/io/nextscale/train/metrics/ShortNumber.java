package io.nextscale.train.metrics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as text for people: few digits, the point as separator everywhere. */
final class ShortNumber {
  private static final int MOST_PLAIN_DIGITS = 7;
  private static final int MOST_LEADING_ZEROS = 4;

  private ShortNumber() {}

  /**
   * Formats a value with a number of significant digits, zeros at the end too, so that changing
   * values keep their width.
   */
  static String steady(double value, int digits) {
    return text(value, digits, false);
  }

  /** Formats a value with at most a number of significant digits. */
  static String shortest(double value, int digits) {
    return text(value, digits, true);
  }

  private static String text(double value, int digits, boolean strip) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= MOST_PLAIN_DIGITS || exponent < -MOST_LEADING_ZEROS) {
      BigDecimal mantissa = rounded.scaleByPowerOfTen(-exponent);
      return plain(mantissa, digits, 0, strip) + "e" + exponent;
    }
    return plain(rounded, digits, exponent, strip);
  }

  private static String plain(BigDecimal value, int digits, int exponent, boolean strip) {
    int decimals = Math.max(0, digits - 1 - exponent);
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return strip ? new BigDecimal(text).stripTrailingZeros().toPlainString() : text;
  }
}
