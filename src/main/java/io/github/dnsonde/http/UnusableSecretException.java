package io.github.dnsonde.http;

import java.io.IOException;

/**
 * Thrown if a certificate, key or token cannot be used; the message states where, why, and what to
 * do.
 */
final class UnusableSecretException extends IOException {
  private static final long serialVersionUID = 1L;

  UnusableSecretException(String message) {
    super(message);
  }
}
