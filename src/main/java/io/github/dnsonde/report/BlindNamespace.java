package io.github.dnsonde.report;

/**
 * A namespace with pods on a node and no vantage there.
 *
 * @param cause the reason, a word such as {@code no_network}
 */
public record BlindNamespace(String namespace, String cause) {
  public BlindNamespace {
    Limits.name("a namespace", namespace);
    Limits.name("a cause", cause);
  }
}
