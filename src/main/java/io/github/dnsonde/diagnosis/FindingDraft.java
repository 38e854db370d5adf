package io.github.dnsonde.diagnosis;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.policy.OtherDecision;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A finding under construction: the paths that it explains, and the sentences about them. */
final class FindingDraft {

  private final Code code;
  private final List<ExplainedPath> paths;
  private final List<String> evidence = new ArrayList<>();
  private List<String> policies = List.of();
  private Optional<String> suggestedPolicy = Optional.empty();
  private Optional<Instant> since = Optional.empty();

  /**
   * Creates a draft that starts with the outcomes of the queries.
   *
   * @param paths at least one, each with a failure
   */
  FindingDraft(Code code, List<ExplainedPath> paths) {
    this.code = code;
    this.paths = paths;
  }

  FindingDraft because(String sentence) {
    evidence.add(sentence);
    return this;
  }

  FindingDraft because(Collection<String> sentences) {
    evidence.addAll(sentences);
    return this;
  }

  FindingDraft decidedBy(List<NetworkPolicy> those, List<OtherDecision> others) {
    policies =
        Stream.concat(
                those.stream().map(NetworkPolicy::namespacedName).map(NamespacedName::toString),
                others.stream().flatMap(other -> other.names().stream()))
            .distinct()
            .sorted()
            .toList();
    return this;
  }

  FindingDraft fixedBy(Optional<String> yaml) {
    suggestedPolicy = yaml;
    return this;
  }

  /** Returns a finding that no pending outcome can change. */
  ProposedFinding settled(Confidence confidence, String sentence) {
    return proposed(confidence, sentence, true);
  }

  /**
   * Returns a finding.
   *
   * @param settled as in {@link ProposedFinding}
   */
  ProposedFinding proposed(Confidence confidence, String sentence, boolean settled) {
    return new ProposedFinding(
        finding(confidence, sentence),
        paths.stream().map(ExplainedPath::path).collect(toUnmodifiableSet()),
        settled);
  }

  /** The texts are kept once: a controller makes the same ones for a thousand nodes. */
  private Finding finding(Confidence confidence, String sentence) {
    return new Finding(
        code,
        subject(),
        confidence,
        since(),
        sentence.intern(),
        evidence.stream().map(String::intern).toList(),
        policies,
        suggestedPolicy);
  }

  Finding.Subject subject() {
    return new Finding.Subject(namespaces(), pods(), serverNames(), transports());
  }

  List<String> namespaces() {
    return paths.stream().map(ExplainedPath::namespace).distinct().sorted().toList();
  }

  /** One server of each name: several addresses may have the same name. */
  List<Server> servers() {
    return paths.stream()
        .map(ExplainedPath::server)
        .distinct()
        .sorted(Comparator.comparing(Server::name).thenComparing(Server::hostPort))
        .toList();
  }

  List<Transport> transports() {
    return paths.stream().map(ExplainedPath::transport).distinct().sorted().toList();
  }

  FindingDraft beganAt(Instant time) {
    since = Optional.of(time);
    return this;
  }

  /** The given start, otherwise the time at which the first of the failed queries was sent. */
  Instant since() {
    return since.orElseGet(this::firstFailure);
  }

  private Instant firstFailure() {
    return paths.stream()
        .map(each -> each.pathObservation().since())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** {@code 8 questions have gone unanswered since 12:00:00Z: timeout (8).} */
  String wire() {
    return "Seen on the wire since "
        + Words.time(since())
        + ": "
        + Words.reasons(paths.stream().map(ExplainedPath::pathObservation).toList())
        + ".";
  }

  private List<String> pods() {
    return Words.pods(paths.stream().map(each -> each.path().vantage()));
  }

  private List<String> serverNames() {
    return servers().stream().map(Server::name).distinct().toList();
  }
}
