package io.nextscale.cli;

import io.nextscale.cli.output.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code nextscale} without a command: help and version. */
@Command(
    name = "nextscale",
    description =
        "Generates, edits and scores images by next-scale prediction (VAR and FlexVAR), and trains"
            + " models of them.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "First image:  nextscale sample --class cat --seed 1 --out cat.png",
      "Exit codes: 0 success, 1 error, 2 wrong usage."
    })
final class RootCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  @Option(
      names = "--quiet",
      scope = ScopeType.INHERIT,
      description = "Show only errors on stderr: no progress, notes or warnings.")
  private boolean quiet;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: expected one of " + String.join(", ", spec.subcommands().keySet()));
  }

  boolean debug() {
    return debug;
  }

  boolean quiet() {
    return quiet;
  }
}
