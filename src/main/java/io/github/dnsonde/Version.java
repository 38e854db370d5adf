package io.github.dnsonde;

/** The version of the program, as the manifest of its jar states it. */
final class Version {

  private Version() {}

  /** Returns {@code development} when the classes do not come from a jar. */
  static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
