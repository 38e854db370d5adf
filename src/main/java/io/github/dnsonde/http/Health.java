package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether the agent lives and is ready, asked at each request by several threads at once.
 *
 * @param notLive why the process should be started anew; empty as long as it should not
 * @param notReady why nobody should rely on it yet; empty once somebody may
 */
public record Health(Supplier<Optional<String>> notLive, Supplier<Optional<String>> notReady) {
  public Health {
    requireNonNull(notLive, "notLive is null");
    requireNonNull(notReady, "notReady is null");
  }
}
