package io.github.dnsonde.finding;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why questions fail, as far as one node can tell: what the wire did, joined with what the policies
 * say. The policy engine decides in the end, so a policy <em>would</em> deny.
 *
 * @param code what it is, for machines
 * @param subject whom it concerns
 * @param confidence how sure it is
 * @param since when the first of the questions that it explains failed
 * @param sentence the same for a person
 * @param evidence what it rests on, a sentence each
 * @param policies those that decide, as {@code namespace/name}; none where no policy does
 * @param suggestedPolicy a NetworkPolicy, in YAML, that would end it; empty where a policy cannot
 */
public record Finding(
    Code code,
    Subject subject,
    Confidence confidence,
    Instant since,
    String sentence,
    List<String> evidence,
    List<String> policies,
    Optional<String> suggestedPolicy) {

  public Finding {
    requireNonNull(code, "code is null");
    requireNonNull(subject, "subject is null");
    requireNonNull(confidence, "confidence is null");
    requireNonNull(since, "since is null");
    requireNonNull(sentence, "sentence is null");
    evidence = List.copyOf(evidence);
    policies = List.copyOf(policies);
    requireNonNull(suggestedPolicy, "suggestedPolicy is null");
  }

  /** What stays the same while a finding lasts, however many paths it concerns by then. */
  public Identity identity() {
    return new Identity(
        code,
        switch (code.about()) {
          case NAMESPACE -> subject.namespaces();
          case SERVER -> subject.servers();
          case NODE -> List.of();
        });
  }

  /** The same finding with an earlier beginning, if that is one. */
  public Finding since(Instant earlier) {
    return earlier.isBefore(since)
        ? new Finding(
            code, subject, confidence, earlier, sentence, evidence, policies, suggestedPolicy)
        : this;
  }

  /** The same, after the wall clock was set by this much. */
  public Finding clockSet(Duration by) {
    return new Finding(
        code, subject, confidence, since.plus(by), sentence, evidence, policies, suggestedPolicy);
  }

  /**
   * The identity of a finding: two findings with the same identity are one at different times.
   *
   * @param about the names of the namespaces or servers in question; empty for the whole node
   */
  public record Identity(Code code, List<String> about) {
    public Identity {
      requireNonNull(code, "code is null");
      about = List.copyOf(about);
    }
  }

  /**
   * Whom a finding concerns; each list is sorted.
   *
   * @param namespaces whose pods
   * @param pods the vantages, as {@code namespace/name}
   * @param servers the names of those that were asked
   * @param transports over which they were asked
   */
  public record Subject(
      List<String> namespaces,
      List<String> pods,
      List<String> servers,
      List<Transport> transports) {
    public Subject {
      namespaces = List.copyOf(namespaces);
      pods = List.copyOf(pods);
      servers = List.copyOf(servers);
      transports = List.copyOf(transports);
    }

    /** What either of the two concerns. */
    public Subject and(Subject other) {
      return new Subject(
          union(namespaces, other.namespaces),
          union(pods, other.pods),
          union(servers, other.servers),
          union(transports, other.transports));
    }

    private static <T> List<T> union(List<T> one, List<T> other) {
      return Stream.of(one, other).flatMap(List::stream).distinct().sorted().toList();
    }
  }

  /** How sure a finding is. */
  public enum Confidence {
    /** Policies and wire agree. */
    LIKELY,
    /** One of several explanations that fit. */
    POSSIBLE,
    /** What was seen, without a cause. */
    OBSERVED;

    /** The word in JSON and logs. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The kinds of things that a finding can be about. */
  enum About {
    NAMESPACE,
    SERVER,
    NODE
  }

  /** The closed set of findings. A word once published keeps its meaning. */
  public enum Code {
    /** The namespace's policies would deny what is not answered. */
    EGRESS_DENIED,
    /** The policies of the DNS pods would deny what is not answered. */
    INGRESS_DENIED,
    /** Whether the policies deny what is not answered depends on the engine, or on other kinds. */
    POLICY_UNCLEAR,
    /** The namespace's policies would deny what is answered all the same. */
    NOT_ENFORCED,
    /** The kube-dns Service has no endpoint that is ready. */
    NO_ENDPOINTS,
    /** The cache of this node answers nobody. */
    CACHE_DOWN,
    /** A server answers nobody on this node. */
    SERVER_DOWN,
    /** No server answers anybody on this node. */
    NODE_CUT_OFF,
    /** One transport reaches a server from nowhere on this node, the other does. */
    TRANSPORT_BLOCKED,
    /** Some are not answered while their neighbours are, and no policy that is known denies it. */
    UNEXPLAINED,
    /** SERVFAIL for the cluster's own names: the server itself is in trouble. */
    SERVER_FAILS,
    /** SERVFAIL for external names alone: its upstream resolver is. */
    UPSTREAM_FAILS,
    /** Answers that are wrong in another way. */
    WRONG_ANSWERS,
    /** Right answers that come too late. */
    LATE_ANSWERS,
    /** Somebody answers in the servers' place. */
    INTERCEPTED;

    /** The kind of thing that the finding is about: there is one finding for each. */
    About about() {
      return switch (this) {
        case EGRESS_DENIED, POLICY_UNCLEAR, NOT_ENFORCED, UNEXPLAINED, INTERCEPTED ->
            About.NAMESPACE;
        case INGRESS_DENIED, NO_ENDPOINTS, CACHE_DOWN, SERVER_DOWN, TRANSPORT_BLOCKED ->
            About.SERVER;
        case NODE_CUT_OFF, SERVER_FAILS, UPSTREAM_FAILS, WRONG_ANSWERS, LATE_ANSWERS -> About.NODE;
      };
    }

    /** Whether somebody cannot resolve names because of it. */
    public boolean hurts() {
      return this != NOT_ENFORCED && this != INTERCEPTED;
    }

    /** The word in JSON and logs, such as {@code egress_denied}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
