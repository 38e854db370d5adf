package io.github.dnsonde.merge;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Events of a finding. A tenant's Event names objects of the tenant's namespace and the DNS
 * servers only, and counts everything else: other tenants' names are not the tenant's business. A
 * cause that concerns a server, a node or the whole cluster gives one Event, in the release's own
 * namespace.
 */
public final class EventTexts {

  private static final String DOTS = "...";

  private final String releaseNamespace;

  /**
   * Creates the texts.
   *
   * @param releaseNamespace the namespace of the controller, whose readers may know everything
   */
  public EventTexts(String releaseNamespace) {
    this.releaseNamespace = releaseNamespace;
  }

  /** Returns the Event that queries fail; none if applications do not suffer from it. */
  public List<DnsEvent> cutOff(Finding finding) {
    return events(finding, "Warning", DnsEvent.CUT_OFF, Optional.empty());
  }

  /** Returns the Event that they are answered again. */
  public List<DnsEvent> restored(Finding finding, Instant now) {
    return events(
        finding, "Normal", DnsEvent.RESTORED, Optional.of(Duration.between(finding.since(), now)));
  }

  private List<DnsEvent> events(
      Finding finding, String type, String reason, Optional<Duration> lasted) {
    if (!finding.code().cutsOff()) {
      return List.of();
    }
    if (finding.code().isOfNamespace()) {
      // Each gets an Event of its own, without the others' names.
      return finding.subject().namespaces().stream()
          .map(
              namespace ->
                  new DnsEvent(
                      namespace,
                      ownPolicies(finding, namespace).findFirst(),
                      type,
                      reason,
                      cut(ofTenant(finding, namespace, lasted))))
          .toList();
    }
    return List.of(
        new DnsEvent(
            releaseNamespace,
            Optional.empty(),
            type,
            reason,
            cut(
                lasted.map(span -> "Over after " + span.toSeconds() + " s: ").orElse("")
                    + finding.sentence())));
  }

  private static Stream<String> ownPolicies(Finding finding, String namespace) {
    String prefix = namespace + "/";
    return finding.policies().stream()
        .filter(policy -> policy.startsWith(prefix))
        .map(policy -> policy.substring(prefix.length()));
  }

  private static String ofTenant(Finding finding, String namespace, Optional<Duration> lasted) {
    String queries =
        "queries of pods of this namespace to "
            + String.join(", ", finding.subject().servers())
            + " over "
            + Transport.words(finding.subject().transports());
    return lasted
        .map(span -> "DNS is answered again: " + queries + ", after " + span.toSeconds() + " s.")
        .orElseGet(
            () ->
                "DNS gets no response: "
                    + queries
                    + where(finding)
                    + "."
                    + why(finding, namespace)
                    + owner(finding));
  }

  /** Other tenants' owners are not the tenant's business either. */
  private static String owner(Finding finding) {
    return finding.subject().namespaces().size() == 1 && !finding.owners().isEmpty()
        ? " Owner: " + finding.owners().getFirst() + "."
        : "";
  }

  private static String where(Finding finding) {
    int nodes = finding.subject().nodeCount();
    return nodes == 0 ? "" : ", on " + nodes + (nodes == 1 ? " node" : " nodes");
  }

  private static String why(Finding finding, String namespace) {
    List<String> own = ownPolicies(finding, namespace).toList();
    int others = finding.policies().size() - own.size();
    if (own.isEmpty()) {
      return others == 0
          ? " No NetworkPolicy of this namespace is known to be the cause."
          : " "
              + others
              + (finding.policies().stream().allMatch(Finding::isNetworkPolicy)
                  ? " policies outside of this namespace may be the cause."
                  : " policies of other kinds or namespaces may be the cause.");
    }
    String policies =
        (own.size() == 1 ? " NetworkPolicy " : " NetworkPolicies ")
            + String.join(", ", own)
            + (others == 0 ? "" : " and " + others + " of other namespaces")
            + (own.size() + others == 1 ? " isolates" : " isolate")
            + " them, and no rule allows it.";
    return finding.code() == Finding.Code.EGRESS_DENIED
        ? policies
            + " The policy that would fix it: kubectl dnsonde explain "
            + namespace
            + " --fix."
        : policies.replace(
            ", and no rule allows it.", "; whether that is the cause depends on the engine.");
  }

  /** Cuts a text for the API server, which counts octets. */
  private static String cut(String note) {
    String safe = SafeText.line(note, DnsEvent.LONGEST);
    if (DnsEvent.octets(safe) <= DnsEvent.LONGEST) {
      return safe;
    }
    int end = Math.min(safe.length(), DnsEvent.LONGEST - DOTS.length());
    while (DnsEvent.octets(safe.substring(0, end)) > DnsEvent.LONGEST - DOTS.length()
        || Character.isHighSurrogate(safe.charAt(end - 1))) {
      end--;
    }
    return safe.substring(0, end) + DOTS;
  }
}
