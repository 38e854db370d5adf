package io.github.dnsonde.config.yaml;

/** Thrown for a text that is not a value of a type; the message says what was expected instead. */
public final class InvalidValue extends Exception {
  private static final long serialVersionUID = 1L;

  /** Carries no stack trace, since it never leaves the reader. */
  public InvalidValue(String expected) {
    super(expected, null, false, false);
  }

  /** Returns a description of a value that would be valid. */
  public String expected() {
    return String.valueOf(getMessage());
  }
}
