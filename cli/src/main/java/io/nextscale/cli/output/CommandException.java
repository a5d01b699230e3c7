package io.nextscale.cli.output;

/** A command cannot do its work (exit code 1), or was called wrongly (exit code 2). */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean usage;

  private CommandException(boolean usage, String message) {
    super(message);
    this.usage = usage;
  }

  /** A file, model or machine is not as the command needs it. */
  public CommandException(String message) {
    this(false, message);
  }

  /** A file, model or machine is not as the command needs it, with the exception that showed it. */
  public CommandException(String message, Throwable cause) {
    super(message, cause);
    usage = false;
  }

  /** An option is wrong or missing, or options contradict each other. */
  public static CommandException usage(String message) {
    return new CommandException(true, message);
  }

  /** Whether the command was called wrongly. */
  public boolean isUsage() {
    return usage;
  }
}
