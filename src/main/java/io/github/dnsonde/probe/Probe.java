package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

/**
 * What is asked again and again: one question to one server from one vantage.
 *
 * @param inUse whether the server is one that the pod's own resolver asks: only then does a failure
 *     hurt an application
 */
public record Probe(Vantage vantage, Server server, Question question, boolean inUse) {

  public Probe {
    requireNonNull(vantage, "vantage is null");
    requireNonNull(server, "server is null");
    requireNonNull(question, "question is null");
  }
}
