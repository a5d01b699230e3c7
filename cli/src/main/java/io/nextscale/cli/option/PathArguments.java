package io.nextscale.cli.option;

import io.nextscale.var.file.SpecialFile;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The paths among the arguments of a command, seen before it runs. */
public final class PathArguments {
  private static final String FOLDER = "FOLDER";

  private final CommandLine command;
  private final List<ArgSpec> arguments;

  private PathArguments(CommandLine command, List<ArgSpec> arguments) {
    this.command = command;
    this.arguments = arguments;
  }

  /** Finds the paths among the arguments of the innermost command. */
  public static PathArguments of(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    List<ArgSpec> paths = new ArrayList<>();
    for (ArgSpec argument : last.matchedArgs()) {
      if (argument.getValue() instanceof Path) {
        paths.add(argument);
      }
    }
    return new PathArguments(last.commandSpec().commandLine(), paths);
  }

  /**
   * Refuses the name of a folder where a file is meant: a path drops the slash at its end.
   *
   * @throws ParameterException naming the argument
   */
  public void requireFiles() {
    for (ArgSpec argument : arguments) {
      for (String text : argument.originalStringValues()) {
        if (endsAsFolder(text) && isFile(argument, text)) {
          throw new ParameterException(
              command,
              "%s %s: expected the name of a file, which does not end in %s"
                  .formatted(name(argument), text, text.substring(text.length() - 1)));
        }
      }
    }
  }

  /** Whether one of the paths is standard output, such as {@code /dev/stdout}. */
  public boolean nameStandardOutput() {
    return arguments.stream().anyMatch(each -> SpecialFile.isStandardOutput(each.getValue()));
  }

  private static boolean endsAsFolder(String text) {
    return text.endsWith("/") || text.endsWith(File.separator);
  }

  /**
   * Whether a value names a file: the argument takes no folders, or the name ends as its files do.
   */
  private static boolean isFile(ArgSpec argument, String text) {
    List<String> kinds = List.of(argument.paramLabel().split("\\|"));
    String name = text.substring(0, text.length() - 1).toLowerCase(Locale.ROOT);
    return !kinds.contains(FOLDER)
        || kinds.stream()
            .map(kind -> kind.substring(kind.indexOf('.') + 1))
            .anyMatch(suffix -> name.endsWith("." + suffix));
  }

  private static String name(ArgSpec argument) {
    return argument.isOption()
        ? ((CommandLine.Model.OptionSpec) argument).longestName()
        : argument.paramLabel();
  }
}
