package io.nextscale.cli;

import org.jspecify.annotations.Nullable;

/** A command cannot do what it was asked to: exit code 1, or 2 if it was asked wrongly. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean usage;

  private CommandException(boolean usage, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.usage = usage;
  }

  /** Something outside the command line is not as it should be. */
  CommandException(String message) {
    this(false, message, null);
  }

  /** Likewise, with what brought it to light. */
  CommandException(String message, @Nullable Throwable cause) {
    this(false, message, cause);
  }

  /** The options contradict each other, or one is missing. */
  static CommandException usage(String message) {
    return new CommandException(true, message, null);
  }

  boolean isUsage() {
    return usage;
  }
}
