package io.nextscale.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code nextscale} without a command: help and version. */
@Command(
    name = "nextscale",
    description = "Images by next-scale prediction (VAR and FlexVAR), on the JVM with libtorch.",
    mixinStandardHelpOptions = true,
    versionProvider = RootCommand.Version.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "First image:  nextscale sample --class bird --seed 1 --out bird.png",
      "Exit codes: 0 success, 1 error, 2 wrong usage."
    })
final class RootCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  boolean debug;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: one of " + String.join(", ", spec.subcommands().keySet()));
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"nextscale " + number()};
    }

    static String number() {
      String version = RootCommand.class.getPackage().getImplementationVersion();
      return version == null ? "(development)" : version;
    }
  }
}
