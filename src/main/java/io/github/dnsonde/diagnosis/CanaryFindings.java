package io.github.dnsonde.diagnosis;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Findings for servers that give addresses to names which do not exist, one for each server. */
final class CanaryFindings {

  private CanaryFindings() {}

  /** Returns the findings for these answers to names that do not exist. */
  static List<Finding> of(List<Outcome> canaries) {
    Map<String, List<Outcome>> byServer =
        canaries.stream()
            .collect(
                Collectors.groupingBy(
                    outcome -> outcome.probe().server().name(), TreeMap::new, Collectors.toList()));
    return byServer.values().stream().map(CanaryFindings::finding).toList();
  }

  private static Finding finding(List<Outcome> outcomes) {
    Outcome first = outcomes.getFirst();
    Server server = first.probe().server();
    Vantage vantage = first.probe().vantage();
    String domains =
        outcomes.stream()
            .map(outcome -> outcome.probe().question().name())
            .sorted()
            .collect(Collectors.joining(" and "));
    boolean internal =
        outcomes.stream().anyMatch(outcome -> outcome.probe().question().scope() == Scope.INTERNAL);
    return new Finding(
        Code.NXDOMAIN_HIJACKED,
        new Finding.Subject(
            List.of(vantage.namespace()),
            Words.pods(Stream.of(vantage)),
            List.of(server.name()),
            List.of(Transport.UDP)),
        Confidence.LIKELY,
        outcomes.stream().map(Outcome::at).min(Instant::compareTo).orElseThrow(),
        Words.servers(List.of(server))
            + " gives names that do not exist an address: a random name below "
            + domains
            + " has "
            + addresses(first)
            + ". "
            + (internal
                ? "A wildcard record, or a server that answers in place of the cluster's DNS, is"
                    + " the reason."
                : "A wildcard record of that domain, or a resolver of the provider that answers"
                    + " with its own address, is the reason.")
            + " Mistyped names and search domains then lead to a foreign machine.",
        outcomes.stream().map(CanaryFindings::evidence).toList(),
        List.of(),
        Optional.empty());
  }

  private static String addresses(Outcome outcome) {
    return outcome.reply() instanceof Answered answered
        ? answered.answers().stream().limit(2).map(Answer::data).collect(Collectors.joining(", "))
        : "an address";
  }

  private static String evidence(Outcome outcome) {
    return "Below "
        + outcome.probe().question().name()
        + ": "
        + addresses(outcome)
        + " instead of NXDOMAIN, at "
        + Words.time(outcome.at())
        + ".";
  }
}
