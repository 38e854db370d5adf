package io.github.dnsonde.exchange;

/** Octets of a message that cannot be what they should be. The message says what and where. */
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message);
  }
}
