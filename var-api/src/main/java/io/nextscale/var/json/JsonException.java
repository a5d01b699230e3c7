package io.nextscale.var.json;

/** A text is not valid JSON; has the place of the problem. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final int line;
  private final int column;

  JsonException(String problem, long offset, int line, int column) {
    super("%s at line %s, column %s (byte %s)".formatted(problem, line, column, offset));
    this.offset = offset;
    this.line = line;
    this.column = column;
  }

  /** Number of bytes of UTF-8 before the problem. */
  public long offset() {
    return offset;
  }

  /** Line of the problem, counted from 1. */
  public int line() {
    return line;
  }

  /** Character of the problem in its line, counted from 1. */
  public int column() {
    return column;
  }
}
