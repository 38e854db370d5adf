package io.github.dnsonde.diagnosis;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declaration.Invalid;
import io.github.dnsonde.cluster.Declaration.NoDns;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.finding.Finding.Identity;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Findings about the declarations that pods need no DNS: those in force, those that are
 * contradicted by answers, and those without effect. None of them explains a failure. It remembers
 * since when each holds. Belongs to one thread.
 */
final class DeclarationFindings {

  /** The declarations of one namespace that a finding lists. */
  private static final int LISTED = 10;

  private Map<Identity, Instant> since = new HashMap<>();

  /**
   * Returns the present findings.
   *
   * @param paths the paths on which no response is expected, as far as they have outcomes
   */
  List<Finding> of(ClusterView cluster, List<ExplainedPath> paths, Instant now) {
    Declarations declarations = cluster.declarations();
    if (declarations.all().isEmpty()) {
      since = new HashMap<>();
      return List.of();
    }
    Set<String> present =
        Set.copyOf(cluster.pods().stream().map(Pod::namespace).distinct().toList());
    Map<Identity, Instant> before = since;
    since = new HashMap<>();
    List<Finding> findings = new ArrayList<>();
    byNamespace(declarations.inForce(now), present)
        .forEach(
            (namespace, all) ->
                findings.add(inForce(namespace, all, ofNamespace(paths, namespace), now)));
    byNamespace(declarations.expired(now), present)
        .forEach((namespace, all) -> findings.add(expired(namespace, all)));
    byNamespace(declarations.invalid(), present)
        .forEach((namespace, all) -> findings.add(invalid(namespace, all, now)));
    answered(paths).forEach((namespace, all) -> findings.add(answered(namespace, all, now)));
    return findings.stream()
        .map(finding -> remembered(finding, before))
        .filter(finding -> isDue(finding, now))
        .toList();
  }

  /** Moves the remembered times after the wall clock was set by this much. */
  void clockSet(Duration by) {
    since.replaceAll((_, time) -> time.plus(by));
  }

  private Finding remembered(Finding finding, Map<Identity, Instant> before) {
    Finding earlier = finding.since(before.getOrDefault(finding.identity(), finding.since()));
    since.put(finding.identity(), earlier.since());
    return earlier;
  }

  /** Policy engines need some seconds for a policy that is created with the declaration. */
  private static boolean isDue(Finding finding, Instant now) {
    return finding.code() != Code.DNS_NOT_EXPECTED
        || Duration.between(finding.since(), now).compareTo(FindingTracker.SETTLING) >= 0;
  }

  private static <D extends Declaration> Map<String, List<D>> byNamespace(
      List<D> declarations, Set<String> present) {
    return declarations.stream()
        .filter(declaration -> present.contains(declaration.holder().namespace()))
        .sorted(Comparator.comparing(declaration -> declaration.holder().toString()))
        .collect(
            groupingBy(declaration -> declaration.holder().namespace(), TreeMap::new, toList()));
  }

  private static List<ExplainedPath> ofNamespace(List<ExplainedPath> paths, String namespace) {
    return paths.stream().filter(path -> path.namespace().equals(namespace)).toList();
  }

  private static Map<String, List<ExplainedPath>> answered(List<ExplainedPath> paths) {
    return paths.stream()
        .filter(path -> path.pathObservation().answered())
        .collect(groupingBy(ExplainedPath::namespace, TreeMap::new, toList()));
  }

  private static Finding inForce(
      String namespace, List<NoDns> declarations, List<ExplainedPath> paths, Instant now) {
    return finding(
        Code.NO_DNS_DECLARED,
        subject(namespace, paths),
        now,
        (declarations.stream().anyMatch(NoDns::isOfNamespace) ? "Pods" : "Some pods")
            + " of namespace "
            + namespace
            + " are expected to get no response from DNS, so their queries count nowhere.",
        declarations.stream().map(DeclarationFindings::words).toList(),
        declarations);
  }

  /** {@code NetworkPolicy payments/batch: no lookups here. Until 2027-02-01T00:00:00Z.} */
  private static String words(NoDns declaration) {
    return declaration.holder()
        + ": "
        + (declaration.reason().isEmpty() ? "no reason given" : declaration.reason())
        + declaration.until().map(end -> " (until " + end + ")").orElse("")
        + ".";
  }

  private static Finding answered(String namespace, List<ExplainedPath> paths, Instant now) {
    FindingDraft draft = new FindingDraft(Code.DNS_NOT_EXPECTED, paths);
    return finding(
        Code.DNS_NOT_EXPECTED,
        subject(namespace, paths),
        now,
        "Pods of namespace "
            + namespace
            + " get responses from "
            + Words.servers(draft.servers())
            + " over "
            + Transport.words(draft.transports())
            + ", although no DNS is expected there: no policy denies it, or policies are not"
            + " enforced.",
        List.of(
            "Remove the annotation "
                + Declaration.KEY
                + " if these pods need DNS, or deny them DNS by a NetworkPolicy."),
        List.of());
  }

  private static Finding expired(String namespace, List<NoDns> declarations) {
    Instant end =
        declarations.stream()
            .flatMap(declaration -> declaration.until().stream())
            .max(naturalOrder())
            .orElseThrow();
    return finding(
        Code.DECLARATION_EXPIRED,
        subject(namespace, List.of()),
        end,
        "The declaration that pods of namespace "
            + namespace
            + " need no DNS has expired: their failures count again.",
        Stream.concat(
                declarations.stream().map(DeclarationFindings::words),
                Stream.of(
                    "Remove the annotation "
                        + Declaration.KEY
                        + ", or set "
                        + Declaration.UNTIL
                        + " to a later time."))
            .toList(),
        declarations);
  }

  private static Finding invalid(String namespace, List<Invalid> declarations, Instant now) {
    return finding(
        Code.DECLARATION_INVALID,
        subject(namespace, List.of()),
        now,
        "A declaration that pods of namespace "
            + namespace
            + " need no DNS has a mistake, so it has no effect.",
        declarations.stream()
            .map(declaration -> declaration.holder() + ": " + declaration.why() + ".")
            .toList(),
        declarations);
  }

  private static Finding.Subject subject(String namespace, List<ExplainedPath> paths) {
    if (paths.isEmpty()) {
      return new Finding.Subject(List.of(namespace), List.of(), List.of(), List.of());
    }
    return new FindingDraft(Code.NO_DNS_DECLARED, paths).subject();
  }

  private static Finding finding(
      Code code,
      Finding.Subject subject,
      Instant since,
      String sentence,
      List<String> evidence,
      Collection<? extends Declaration> declarations) {
    List<String> limited = new ArrayList<>(evidence.stream().limit(LISTED).toList());
    if (evidence.size() > LISTED) {
      limited.add("There are " + (evidence.size() - LISTED) + " more.");
    }
    return new Finding(
        code,
        subject,
        Confidence.OBSERVED,
        since,
        sentence,
        limited,
        declarations.stream()
            .map(Declaration::holder)
            .flatMap(
                holder -> holder.policy().map(name -> holder.namespace() + "/" + name).stream())
            .distinct()
            .sorted()
            .limit(LISTED)
            .toList(),
        Optional.empty());
  }
}
