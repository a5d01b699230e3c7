package io.nextscale.cli;

import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The commands, and how their failures are reported. */
final class CommandTree {
  private static final int ERROR = 1;
  private static final int USAGE = 2;

  private CommandTree() {}

  static CommandLine commandLine(Io io) {
    RootCommand root = new RootCommand();
    CommandLine line =
        new CommandLine(root)
            .addSubcommand("sample", new SampleCommand(io))
            .addSubcommand("edit", new EditCommand(io))
            .addSubcommand("refine", new RefineCommand(io))
            .addSubcommand("expand", new ExpandCommand(io))
            .addSubcommand("tokenize", new TokenizeCommand(io))
            .addSubcommand("reconstruct", new ReconstructCommand(io))
            .addSubcommand("score", new ScoreCommand(io))
            .addSubcommand("train", new TrainCommand(io))
            .addSubcommand("scaling-law", new ScalingLawCommand(io))
            .addSubcommand("inspect", new InspectCommand(io))
            .addSubcommand("convert", new ConvertCommand(io))
            .addSubcommand("doctor", new DoctorCommand(io));
    line.setOut(new java.io.PrintWriter(io.out(), true));
    line.setErr(new java.io.PrintWriter(io.err(), true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(io.terminal());
    line.registerConverter(io.nextscale.torch.Device.class, OptionTypes::device);
    line.registerConverter(io.nextscale.torch.DType.class, OptionTypes::dtype);
    line.registerConverter(io.nextscale.var.scale.Scales.class, OptionTypes::scales);
    line.registerConverter(io.nextscale.var.scale.ImageSize.class, OptionTypes::size);
    line.registerConverter(io.nextscale.var.EditRegion.Box.class, OptionTypes::box);
    line.registerConverter(ExpandCommand.Place.class, OptionTypes::place);
    line.setParameterExceptionHandler(
        (e, args) -> usage(String.valueOf(e.getMessage()), e.getCommandLine(), io, e, root.debug));
    line.setExecutionExceptionHandler(
        (e, command, parsed) ->
            e instanceof CommandException c && c.isUsage()
                ? usage(Errors.line(e), command, io, e, root.debug)
                : report(e, io, root.debug));
    return line;
  }

  private static int usage(
      String message, CommandLine command, Io io, @Nullable Exception cause, boolean debug) {
    String suggestions = suggestions(cause);
    if (cause instanceof CommandLine.UnmatchedArgumentException unmatched
        && !command.getSubcommands().isEmpty()
        && !unmatched.getUnmatched().getFirst().startsWith("-")) {
      message =
          "no command \""
              + unmatched.getUnmatched().getFirst()
              + "\": expected one of "
              + String.join(", ", command.getSubcommands().keySet());
    }
    io.err()
        .println(
            "nextscale: "
                + Errors.oneLine(message)
                + suggestions
                + " (see "
                + command.getCommandSpec().qualifiedName()
                + " --help)");
    if (debug && cause != null) {
      cause.printStackTrace(io.err());
    }
    return USAGE;
  }

  private static String suggestions(@Nullable Exception cause) {
    if (cause instanceof CommandLine.UnmatchedArgumentException unmatched) {
      List<String> close = unmatched.getSuggestions();
      return close.isEmpty() ? "" : "; did you mean " + String.join(" or ", close) + "?";
    }
    return "";
  }

  /** Prints a failure and returns the exit code. */
  static int report(Throwable failure, Io io, boolean debug) {
    if (failure instanceof ParameterException e) {
      return usage(String.valueOf(e.getMessage()), e.getCommandLine(), io, e, debug);
    }
    String message = failure instanceof CancellationException ? "cancelled" : Errors.line(failure);
    io.err().println("nextscale: " + message);
    if (debug) {
      failure.printStackTrace(io.err());
    }
    return ERROR;
  }
}
