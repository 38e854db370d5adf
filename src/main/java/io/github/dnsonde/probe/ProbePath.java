package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

/**
 * The subject of a policy decision: one vantage's packets to one server over one transport. All
 * questions that take this path share it.
 */
public record ProbePath(Vantage vantage, Server server, Transport transport) {

  public ProbePath {
    requireNonNull(vantage, "vantage is null");
    requireNonNull(server, "server is null");
    requireNonNull(transport, "transport is null");
  }

  /** The path that a probe takes. */
  public static ProbePath of(Probe probe) {
    return new ProbePath(probe.vantage(), probe.server(), probe.question().transport());
  }
}
