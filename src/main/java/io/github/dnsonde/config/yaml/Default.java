package io.github.dnsonde.config.yaml;

/** The value that stands in for an absent key. */
public sealed interface Default {

  /** No default: the key must be given. */
  record Required() implements Default {}

  /** A value, in the form that a user would write. */
  record Written(String yaml) implements Default {}

  /** An environment variable, if it is set and not empty; otherwise a written value. */
  record Variable(String name, String yaml) implements Default {}

  /** A value that follows from other keys; the words say which. */
  record Derived(String words) implements Default {}
}
