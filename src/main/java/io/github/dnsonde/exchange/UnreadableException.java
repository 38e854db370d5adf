package io.github.dnsonde.exchange;

/**
 * Thrown if octets of a message are invalid. The exception's message states the defect and its
 * position.
 */
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message);
  }
}
