package io.nextscale.cli.output;

import picocli.CommandLine.IVersionProvider;

/** The version of this program, from the manifest of its jar. */
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"nextscale " + number()};
  }

  /** The version's number, or "(development)" outside a jar. */
  public String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(development)" : version;
  }
}
