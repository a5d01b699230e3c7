package io.nextscale.cli;

import io.nextscale.cli.command.ConvertCommand;
import io.nextscale.cli.command.DoctorCommand;
import io.nextscale.cli.command.EditCommand;
import io.nextscale.cli.command.EvaluateCommand;
import io.nextscale.cli.command.ExpandCommand;
import io.nextscale.cli.command.InspectCommand;
import io.nextscale.cli.command.ReconstructCommand;
import io.nextscale.cli.command.RefineCommand;
import io.nextscale.cli.command.SampleCommand;
import io.nextscale.cli.command.SampleSetCommand;
import io.nextscale.cli.command.ScalingLawCommand;
import io.nextscale.cli.command.ScoreCommand;
import io.nextscale.cli.command.ServeCommand;
import io.nextscale.cli.command.TokenizeCommand;
import io.nextscale.cli.command.TrainCommand;
import io.nextscale.cli.option.OptionConverters;
import io.nextscale.cli.option.PathArguments;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.ErrorLine;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands, and the report of their failures. */
final class CommandTree {
  private static final int ERROR = 1;
  private static final int USAGE = 2;
  private static final int SYNOPSIS_WIDTH = 72; // of 80, after "Usage: "

  private final Console console;
  private final RootCommand root = new RootCommand();
  private final CommandLine line = new CommandLine(root);

  /**
   * Makes the tree.
   *
   * @param args that it will execute: if they begin with a command, it is the only one, as picocli
   *     takes a third of a second to read the options of all
   */
  CommandTree(Console console, String... args) {
    this.console = console;
    Map<String, Function<Console, Runnable>> commands = commands();
    if (args.length > 0 && commands.containsKey(args[0])) {
      commands.keySet().retainAll(Set.of(args[0]));
    }
    commands.forEach((name, command) -> line.addSubcommand(name, command.apply(console)));
    line.setOut(new PrintWriter(console.out(), true));
    line.setErr(new PrintWriter(console.err(), true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(console.isTerminal());
    line.getSubcommands().values().forEach(CommandTree::shortenSynopsis);
    OptionConverters.register(line);
    line.setExecutionStrategy(this::run);
    line.setParameterExceptionHandler(
        (e, parsed) -> reportUsage(e, e.getCommandLine(), root.debug()));
    line.setExecutionExceptionHandler(
        (e, command, parsed) ->
            e instanceof CommandException c && c.isUsage()
                ? reportUsage(e, command, root.debug())
                : report(e, root.debug()));
  }

  /** The first line of a command's help names what cannot be left out; the list has the rest. */
  private static void shortenSynopsis(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    String start = spec.qualifiedName() + " [OPTIONS]";
    List<String> words = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      if (option.required()) {
        words.add(option.longestName() + "=" + option.paramLabel());
      }
    }
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      String label = parameter.paramLabel();
      words.add(parameter.required() ? label : "[" + label + "]");
    }
    String needed = String.join(" ", words);
    boolean fits = start.length() + needed.length() < SYNOPSIS_WIDTH;
    spec.usageMessage()
        .customSynopsis(
            fits ? new String[] {start + " " + needed} : new String[] {start, "  " + needed});
  }

  /** All commands, in the order in which the help lists them. */
  private static Map<String, Function<Console, Runnable>> commands() {
    Map<String, Function<Console, Runnable>> commands = new LinkedHashMap<>();
    commands.put("sample", SampleCommand::new);
    commands.put("edit", EditCommand::new);
    commands.put("refine", RefineCommand::new);
    commands.put("expand", ExpandCommand::new);
    commands.put("tokenize", TokenizeCommand::new);
    commands.put("reconstruct", ReconstructCommand::new);
    commands.put("score", ScoreCommand::new);
    commands.put("sample-set", SampleSetCommand::new);
    commands.put("evaluate", EvaluateCommand::new);
    commands.put("serve", ServeCommand::new);
    commands.put("train", TrainCommand::new);
    commands.put("scaling-law", ScalingLawCommand::new);
    commands.put("inspect", InspectCommand::new);
    commands.put("convert", ConvertCommand::new);
    commands.put("doctor", DoctorCommand::new);
    return commands;
  }

  /** The command line, which also parses without running. */
  CommandLine line() {
    return line;
  }

  /** Prepares the console for the arguments and runs their command. */
  private int run(ParseResult parsed) {
    PathArguments paths = PathArguments.of(parsed);
    paths.requireFiles();
    if (paths.nameStandardOutput()) {
      console.reserveOut();
    }
    if (root.quiet()) {
      console.beQuiet();
    }
    return new RunLast().execute(parsed);
  }

  /** Runs the command that the arguments name and returns the exit code. */
  int execute(String... args) {
    return line.execute(args);
  }

  /** Prints a failure and returns the exit code. */
  int report(Throwable failure, boolean debug) {
    if (failure instanceof ParameterException e) {
      return reportUsage(e, e.getCommandLine(), debug);
    }
    console.fail(
        failure instanceof CancellationException ? "cancelled" : new ErrorLine(failure).text());
    if (debug) {
      failure.printStackTrace(console.err());
    }
    return ERROR;
  }

  private int reportUsage(Exception cause, CommandLine command, boolean debug) {
    console.fail(
        "%s (see %s --help)"
            .formatted(usageMessage(cause, command), command.getCommandSpec().qualifiedName()));
    if (debug) {
      cause.printStackTrace(console.err());
    }
    return USAGE;
  }

  private static String usageMessage(Exception cause, CommandLine command) {
    String message = new ErrorLine(cause).text();
    if (!(cause instanceof UnmatchedArgumentException unmatched)) {
      return message;
    }
    String first = unmatched.getUnmatched().getFirst();
    if (!command.getSubcommands().isEmpty() && !first.startsWith("-")) {
      return "no command \"%s\": expected one of %s"
          .formatted(first, String.join(", ", command.getSubcommands().keySet()));
    }
    List<String> close = unmatched.getSuggestions();
    return close.isEmpty()
        ? message
        : "%s; did you mean %s?".formatted(message, String.join(" or ", close));
  }
}
