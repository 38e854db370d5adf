package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;

/**
 * What a policy lets through or not: one vantage's packets to one server over one transport. All
 * questions that go this way share it.
 */
public record QueryPath(Vantage vantage, Server server, Transport transport) {

  public QueryPath {
    requireNonNull(vantage, "vantage is null");
    requireNonNull(server, "server is null");
    requireNonNull(transport, "transport is null");
  }

  /** The path that a probe takes. */
  public static QueryPath of(Probe probe) {
    return new QueryPath(probe.vantage(), probe.server(), probe.question().transport());
  }
}
