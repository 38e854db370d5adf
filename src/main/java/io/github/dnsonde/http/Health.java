package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The liveness and readiness of the agent, evaluated at each request by several threads at once.
 *
 * @param notLive the reason to restart the process; empty if there is none
 * @param notReady the reason why the agent is not ready; empty if it is ready
 */
public record Health(Supplier<Optional<String>> notLive, Supplier<Optional<String>> notReady) {
  public Health {
    requireNonNull(notLive, "notLive is null");
    requireNonNull(notReady, "notReady is null");
  }
}
