package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

/**
 * The unit of repeated measurement: one question to one server from one vantage.
 *
 * @param inUse true if the pod's own resolver queries this server: only then does a failure affect
 *     an application
 */
public record Probe(Vantage vantage, Server server, Question question, boolean inUse) {

  public Probe {
    requireNonNull(vantage, "vantage is null");
    requireNonNull(server, "server is null");
    requireNonNull(question, "question is null");
  }
}
