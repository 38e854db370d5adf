package io.github.dnsonde.agent;

/** The version of the program, as the manifest of its jar states it. */
public final class Version {

  private Version() {}

  /** Returns {@code development} when the classes do not come from a jar. */
  public static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
