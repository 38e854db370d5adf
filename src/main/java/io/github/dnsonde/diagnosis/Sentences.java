package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.policy.OtherDecision;
import io.github.dnsonde.policy.PathVerdict;
import io.github.dnsonde.policy.PolicyVerdict;
import io.github.dnsonde.policy.UnknownReason;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.ProbePath;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The meaning of verdicts, in words. */
final class Sentences {

  private Sentences() {}

  /**
   * Returns the meaning of a verdict for a finding. The pod's own side comes first, because its
   * team can fix it.
   */
  public static PathAssessment assessment(PathVerdict pathVerdict) {
    return switch (pathVerdict.egress()) {
      case PolicyVerdict.Deny(var isolating, var other) ->
          new PathAssessment.Denied(isolating, List.of(), other);
      case PolicyVerdict.Unknown unknown when likelyDenied(unknown) ->
          new PathAssessment.Denied(unknown.isolating(), doubts(unknown), unknown.other());
      case PolicyVerdict.Unknown unknown -> atServer(pathVerdict, unclear(unknown));
      case PolicyVerdict.Allow(_, _, var other) ->
          atServer(
              pathVerdict,
              new PathAssessment.Allowed(other.filter(each -> !each.passing().isEmpty())));
    };
  }

  private static PathAssessment atServer(PathVerdict pathVerdict, PathAssessment otherwise) {
    return switch (pathVerdict.ingress()) {
      case PolicyVerdict.Deny(var isolating, var other) ->
          new PathAssessment.DeniedAtServer(isolating, List.of(), other);
      case PolicyVerdict.Unknown unknown when likelyDenied(unknown) ->
          new PathAssessment.DeniedAtServer(unknown.isolating(), doubts(unknown), unknown.other());
      case PolicyVerdict.Unknown unknown when unknown.why() != UnknownReason.NO_BACKENDS ->
          both(otherwise, unclear(unknown));
      case PolicyVerdict.Unknown _, PolicyVerdict.Allow _ -> otherwise;
    };
  }

  /** Reports the doubts of both sides if both are unclear. */
  private static PathAssessment both(PathAssessment own, PathAssessment there) {
    return own instanceof PathAssessment.Unclear(var isolating, var why)
            && there instanceof PathAssessment.Unclear(_, var more)
        ? new PathAssessment.Unclear(
            isolating, Stream.concat(why.stream(), more.stream()).distinct().toList())
        : there;
  }

  /** The policy engine decides, or the agent does not know enough. */
  private static PathAssessment unclear(PolicyVerdict.Unknown unknown) {
    return unknown.why() == UnknownReason.UNREAD
        ? new PathAssessment.Unknown(Optional.of(String.join(" ", doubts(unknown))))
        : new PathAssessment.Unclear(unknown.isolating(), doubts(unknown));
  }

  private static boolean likelyDenied(PolicyVerdict.Unknown unknown) {
    return (!unknown.isolating().isEmpty() || unknown.other().isPresent())
        && unknown.likely().equals(Optional.of(Decision.DENY));
  }

  /** Returns the meaning of a verdict for findings and for a table of all paths. */
  static PathJudgment judgment(
      ConditionalAssessment conditionalAssessment, PathVerdict pathVerdict) {
    boolean own = decides(pathVerdict.egress(), pathVerdict);
    PolicyVerdict deciding = own ? pathVerdict.egress() : pathVerdict.ingress();
    return new PathJudgment(
        conditionalAssessment,
        pathVerdict.decision(),
        pathVerdict.likely().orElse(Decision.UNKNOWN),
        names(deciding),
        because(deciding, own));
  }

  /** Returns true if the verdict of this side is the verdict on the path. */
  private static boolean decides(PolicyVerdict side, PathVerdict pathVerdict) {
    return side.decision() == pathVerdict.decision() && side.likely().equals(pathVerdict.likely());
  }

  /** The names of the policies that decide: those of another kind decide alone. */
  private static List<String> names(PolicyVerdict policyVerdict) {
    return policyVerdict.other().map(OtherDecision::names).orElseGet(() -> standard(policyVerdict));
  }

  private static List<String> standard(PolicyVerdict policyVerdict) {
    return policyVerdict instanceof PolicyVerdict.Allow allow
        ? names(allow.by().stream().map(PolicyVerdict.Grant::policy).toList())
        : names(policyVerdict.isolating());
  }

  private static String because(PolicyVerdict policyVerdict, boolean own) {
    String whose = own ? "" : "on the server's side, ";
    return switch (policyVerdict) {
      case PolicyVerdict.Allow(_, var by, var other) ->
          sentence(
              whose
                  + other
                      .map(OtherDecision::clause)
                      .or(() -> by.map(Sentences::grant))
                      .orElse("no NetworkPolicy isolates the pod"));
      case PolicyVerdict.Deny(var isolating, var other) ->
          sentence(
              whose
                  + other
                      .map(OtherDecision::clause)
                      .orElseGet(
                          () -> Words.isolate(isolating) + " the pod, and no rule allows it"));
      case PolicyVerdict.Unknown unknown when unknown.isOfOtherKind() ->
          sentence(whose + alone(unknown)) + " " + String.join(" ", doubts(unknown));
      case PolicyVerdict.Unknown unknown -> sentence(whose + String.join(" ", doubts(unknown)));
    };
  }

  /** The likely verdict, if no policy that cannot be judged overrules it. */
  private static String alone(PolicyVerdict.Unknown unknown) {
    if (unknown.other().isPresent()) {
      return unknown.other().get().clause();
    }
    String by =
        unknown.isolating().isEmpty()
            ? "no NetworkPolicy isolates the pod"
            : Words.isolate(unknown.isolating()) + " the pod";
    return by
        + unknown
            .likely()
            .filter(_ -> !unknown.isolating().isEmpty())
            .map(
                each ->
                    each == Decision.DENY ? ", and no rule allows it" : ", and a rule allows it")
            .orElse("");
  }

  private static String grant(PolicyVerdict.Grant grant) {
    return "rule " + (grant.rule() + 1) + " of " + grant.policy().namespacedName() + " allows it";
  }

  /** The reasons why the verdict is unknown, one sentence each. */
  private static List<String> doubts(PolicyVerdict.Unknown unknown) {
    return unknown.isOfOtherKind() ? unknown.about() : List.of(doubt(unknown));
  }

  private static String doubt(PolicyVerdict.Unknown unknown) {
    return sentence(
        switch (unknown.why()) {
          case MISSING_NAMESPACE -> "a policy does not say to which namespace it belongs";
          case INVALID_POLICY -> "a policy is not valid: " + Words.all(unknown.about());
          case POLICY_TOO_LARGE -> "a policy is too large: " + Words.all(unknown.about());
          case UNREAD -> Words.all(unknown.about());
          case FOREIGN_POLICY -> String.join(" ", unknown.about());
          case SERVICE_REWRITE ->
              "it depends on whether the engine sees the Service's address or the pod's";
          case HOST_NETWORK_SOURCE ->
              "the pod uses its node's network, where engines differ in what policies do";
          case HOST_NETWORK_DESTINATION ->
              "the server is in its node's network, where most engines match no selector";
          case UNKNOWN_ADDRESS ->
              "the address may be that of a Service that is not known here, whose pods a rule may"
                  + " select";
          case MIXED_BACKENDS -> "the pods behind the Service do not all fare the same";
          case NO_BACKENDS -> "nothing is known behind the Service";
        });
  }

  /**
   * The reason why a rule for the likelier destination of a Service's address may not be enough.
   */
  static String otherwise(ProbePath path, boolean redirected) {
    String server = path.server().name();
    return redirected
        ? "A rule lets the pods of this node's DNS cache be asked: where no local redirect leads"
            + " from "
            + server
            + " to them, only a rule for the pods behind "
            + server
            + " matches."
        : "A rule lets the pods behind "
            + server
            + " be asked, but this node has a DNS cache: where that answers on "
            + Addresses.text(path.server().address())
            + " itself, only a rule for that address matches.";
  }

  private static List<String> names(List<NetworkPolicy> policies) {
    return policies.stream()
        .map(NetworkPolicy::namespacedName)
        .map(NamespacedName::toString)
        .sorted()
        .toList();
  }

  private static String sentence(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT)
        + words.substring(1)
        + (words.endsWith(".") ? "" : ".");
  }
}
