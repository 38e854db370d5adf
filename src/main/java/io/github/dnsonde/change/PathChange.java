package io.github.dnsonde.change;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Transport;

/**
 * The access of a pod to one server over one transport, before and after a change. If a cache
 * answers, its access also counts for the cluster's DNS: the cache answers instead.
 */
public record PathChange(DnsServer server, Transport transport, Access before, Access after) {

  public PathChange {
    requireNonNull(server, "server is null");
    requireNonNull(transport, "transport is null");
    requireNonNull(before, "before is null");
    requireNonNull(after, "after is null");
  }

  public Effect effect() {
    return Effect.of(before, after);
  }
}
