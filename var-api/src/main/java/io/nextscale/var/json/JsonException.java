package io.nextscale.var.json;

/** A text is not the JSON that was asked for; says where. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final int line;
  private final int column;

  JsonException(String problem, long offset, int line, int column) {
    super(problem + " at line " + line + ", column " + column + " (byte " + offset + ")");
    this.offset = offset;
    this.line = line;
    this.column = column;
  }

  /** Where the problem is: bytes of UTF-8 before it. */
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
