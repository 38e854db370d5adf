package io.github.dnsonde.admission;

import static java.util.stream.Collectors.joining;

import io.github.dnsonde.change.Consequence;
import io.github.dnsonde.change.Effect;
import io.github.dnsonde.change.Presence;
import io.github.dnsonde.cluster.AdmissionAnswer;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.Operation;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.IgnoreAnnotation;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The texts about a change that makes something worse. Names come from outside: they are escaped,
 * and shortened where a text is short of space.
 *
 * @param worse what gets worse, the worst first; at least one
 */
record Wording(AdmissionRequest request, List<Consequence> worse) {

  private static final String PREFIX = "dnsonde: ";

  /** The characters of a name in a warning: this many if they fit, and never fewer than this. */
  private static final int NAME = 24;

  private static final int SHORTEST_NAME = 6;

  /** The characters of a name in a text without a limit; no valid name is longer. */
  private static final int WHOLE_NAME = 253;

  private static final int LONGEST_VERDICT = 300;
  private static final int LONGEST_CONSEQUENCE = 400;

  Wording {
    worse = List.copyOf(worse);
    if (worse.isEmpty()) {
      throw new IllegalArgumentException("nothing gets worse");
    }
  }

  /** The warnings: what gets worse and what would help, then who is affected. */
  List<String> warnings() {
    List<String> all = new ArrayList<>();
    all.add(warning(headline()));
    String workloads = worst().stream().map(Consequence::shownWorkloads).collect(joining(", "));
    if (worst().getFirst().presence() == Presence.RUNNING) {
      all.add(warning("affected: " + workloads));
    }
    return all;
  }

  private static String warning(String text) {
    return SafeText.atMost(PREFIX + text, AdmissionAnswer.LONGEST_WARNING);
  }

  /** All consequences that are as bad as the worst. */
  private List<Consequence> worst() {
    Consequence first = worse.getFirst();
    return worse.stream()
        .filter(
            each ->
                each.effect() == first.effect()
                    && each.presence() == first.presence()
                    && each.total() == first.total())
        .toList();
  }

  /** Names are shortened, and not the end of the sentence, which says what would help. */
  private String headline() {
    int most = NAME;
    while (most > SHORTEST_NAME
        && PREFIX.length() + headline(most).length() > AdmissionAnswer.LONGEST_WARNING) {
      most--;
    }
    return headline(most);
  }

  private String headline(int most) {
    Consequence first = worse.getFirst();
    String dns = first.total() ? "DNS" : "a part of DNS";
    String until = " until " + helping("another policy") + " allows DNS";
    return switch (first.presence()) {
      case RUNNING -> subject(most) + " " + verb() + " " + whom(most) + " from " + dns + until;
      case PLANNED, POSSIBLE ->
          subject(most)
              + (first.effect() == Effect.CUT ? isPlural() ? " leave" : " leaves" : " may leave")
              + " future pods in "
              + name(first.namespace(), most)
              + " without "
              + dns
              + until;
    };
  }

  /** Returns the kind of policy that would help, if a NetworkPolicy would not. */
  private String helping(String usual) {
    return worse.getFirst().suggestedPolicies().stream().findFirst().orElse(null)
            instanceof ForeignPolicy other
        ? (other.kind().kind().startsWith("A") ? "an " : "a ")
            + (other.kind().isOfCalico() ? "Calico " : "")
            + other.kind().kind()
        : usual;
  }

  private String verb() {
    boolean may = worse.getFirst().effect() == Effect.MAY_BE_CUT;
    return may ? "may cut" : request.dryRun() ? "would cut" : isPlural() ? "cut" : "cuts";
  }

  private boolean isPlural() {
    return request.subject() instanceof AdmissionRequest.Namespace;
  }

  private String whom(int most) {
    int pods = worst().stream().mapToInt(Consequence::pods).sum();
    Set<String> namespaces = new TreeSet<>();
    worst().forEach(each -> namespaces.add(each.namespace()));
    return pods
        + (pods == 1 ? " pod in " : " pods in ")
        + (namespaces.size() == 1
            ? name(namespaces.iterator().next(), most)
            : namespaces.size() + " namespaces");
  }

  private String subject(int most) {
    String name = name(request.name().name(), most);
    return switch (request.subject()) {
      case AdmissionRequest.Policy _ ->
          request.operation() == Operation.DELETE ? "deleting " + name : name;
      case AdmissionRequest.Namespace _, AdmissionRequest.Other _ -> "the new labels of " + name;
    };
  }

  private static String name(String text, int most) {
    return SafeText.atMost(text, most);
  }

  /** The consequence as a predicate, such as {@code would cut 14 pods of 3 workloads in …}. */
  String consequence() {
    return SafeText.atMost(
        worst().stream().map(Consequence::sentence).distinct().collect(joining("; it ")),
        LONGEST_CONSEQUENCE);
  }

  /** The line for the audit log. */
  String verdict(Result result) {
    return SafeText.atMost(result.label() + ": " + consequence(), LONGEST_VERDICT);
  }

  /**
   * The refusal.
   *
   * @param override who may override it
   * @param may whether the client may; empty if it did not try
   * @param lacksReason true if it tried without a reason
   */
  String refusal(
      Config.Admission.Overriding override, Optional<Permission.Answer> may, boolean lacksReason) {
    return PREFIX
        + subject(WHOLE_NAME)
        + " "
        + consequence()
        + ". Apply "
        + helping("a policy")
        + " that allows DNS first, then this change. "
        + overriding(override, may, lacksReason);
  }

  private String overriding(
      Config.Admission.Overriding override, Optional<Permission.Answer> may, boolean lacksReason) {
    String annotation = IgnoreAnnotation.KEY + ": \"" + RequestedChange.RULE + ": REASON\"";
    String permission =
        "verb override of networkpolicies.dnsonde.github.io in namespace "
            + name(request.namespace(), WHOLE_NAME);
    if (override == Config.Admission.Overriding.NOBODY) {
      return "Nobody may override this.";
    }
    if (lacksReason) {
      return "To override, the annotation must give a reason: " + annotation + ".";
    }
    return may.map(
            answer ->
                answer == Permission.Answer.UNKNOWN
                    ? "It is not known if you may override this: the API server did not answer."
                        + " Try again."
                    : "You may not override this: expected the permission to " + permission + ".")
        .orElseGet(
            () ->
                "To override, annotate it with "
                    + annotation
                    + (override == Config.Admission.Overriding.REVIEWED
                        ? ", which needs the permission to " + permission
                        : "")
                    + ".");
  }
}
