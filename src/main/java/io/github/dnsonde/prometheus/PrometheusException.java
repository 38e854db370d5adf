package io.github.dnsonde.prometheus;

import java.io.IOException;

/** Thrown if Prometheus did not answer a query. The message is a sentence for the page. */
final class PrometheusException extends IOException {

  private static final long serialVersionUID = 1L;

  PrometheusException(String message) {
    super(message);
  }
}
