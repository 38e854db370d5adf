package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

/**
 * A few queries to one server that are sent at the same time and compared. They differ in one
 * respect, so that a difference between their answers shows its effect. They count in no probe.
 */
public record Trial(Vantage vantage, Server server, TrialQuestion question) implements Repeated {

  public Trial {
    requireNonNull(vantage, "vantage is null");
    requireNonNull(server, "server is null");
    requireNonNull(question, "question is null");
  }

  @Override
  public String name() {
    return question.name();
  }
}
