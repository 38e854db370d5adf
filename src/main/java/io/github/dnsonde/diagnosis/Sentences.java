package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Path;
import io.github.dnsonde.probe.Ruling;
import io.github.dnsonde.probe.Ruling.Effect;
import io.github.dnsonde.probe.Vantage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What verdicts mean, in words. */
final class Sentences {

  private Sentences() {}

  /** What it means for a finding. The pod's own side is what its team can mend. */
  static Opinion opinion(Passage passage) {
    return switch (passage.egress()) {
      case Reach.Deny(var isolating) -> new Opinion.Denied(isolating, List.of());
      case Reach.Unknown unknown when likelyDenied(unknown) ->
          new Opinion.Denied(unknown.isolating(), doubts(unknown));
      case Reach.Unknown unknown -> atServer(passage, unclear(unknown));
      case Reach.Allow _ -> atServer(passage, new Opinion.Allowed());
    };
  }

  private static Opinion atServer(Passage passage, Opinion otherwise) {
    return switch (passage.ingress()) {
      case Reach.Deny(var isolating) -> new Opinion.DeniedAtServer(isolating, List.of());
      case Reach.Unknown unknown when likelyDenied(unknown) ->
          new Opinion.DeniedAtServer(unknown.isolating(), doubts(unknown));
      case Reach.Unknown unknown when unknown.why() != Doubt.NO_BACKENDS ->
          both(otherwise, unclear(unknown));
      case Reach.Unknown _, Reach.Allow _ -> otherwise;
    };
  }

  /** What is unclear on both sides is told of both. */
  private static Opinion both(Opinion own, Opinion there) {
    return own instanceof Opinion.Unclear(var isolating, var why)
            && there instanceof Opinion.Unclear(_, var more)
        ? new Opinion.Unclear(
            isolating, Stream.concat(why.stream(), more.stream()).distinct().toList())
        : there;
  }

  /** The engine decides, or the agent does not know enough. */
  private static Opinion unclear(Reach.Unknown unknown) {
    return unknown.why() == Doubt.UNREAD
        ? new Opinion.Unknown(Optional.of(String.join(" ", doubts(unknown))))
        : new Opinion.Unclear(unknown.isolating(), doubts(unknown));
  }

  private static boolean likelyDenied(Reach.Unknown unknown) {
    return !unknown.isolating().isEmpty() && unknown.likely().equals(Optional.of(Effect.DENY));
  }

  /** What it means, for a table of all paths. */
  static Ruling ruling(Path path, Passage passage) {
    Vantage vantage = path.vantage();
    boolean own = decides(passage.egress(), passage);
    Reach deciding = own ? passage.egress() : passage.ingress();
    return new Ruling(
        vantage.namespace(),
        vantage.workload(),
        vantage.pod(),
        path.server().name(),
        path.transport(),
        passage.answer(),
        passage.likely().orElse(Effect.UNKNOWN),
        names(policies(deciding)),
        because(deciding, own));
  }

  /** Whether what is said of the path is what is said of this side. */
  private static boolean decides(Reach side, Passage passage) {
    return side.answer() == passage.answer() && side.likely().equals(passage.likely());
  }

  private static List<NetworkPolicy> policies(Reach reach) {
    return reach instanceof Reach.Allow(_, Optional<Reach.Grant> by)
        ? by.stream().map(Reach.Grant::policy).toList()
        : reach.isolating();
  }

  private static String because(Reach reach, boolean own) {
    String whose = own ? "" : "on the server's side, ";
    return switch (reach) {
      case Reach.Allow(_, Optional<Reach.Grant> by) ->
          sentence(whose + by.map(Sentences::grant).orElse("no NetworkPolicy isolates the pod"));
      case Reach.Deny(var isolating) ->
          sentence(whose + Words.isolate(isolating) + " the pod, and no rule allows it");
      case Reach.Unknown unknown when unknown.isOfOtherKind() ->
          sentence(whose + alone(unknown)) + " " + String.join(" ", doubts(unknown));
      case Reach.Unknown unknown -> sentence(whose + String.join(" ", doubts(unknown)));
    };
  }

  /** What NetworkPolicies say, if no policy of another kind overrules them. */
  private static String alone(Reach.Unknown unknown) {
    String by =
        unknown.isolating().isEmpty()
            ? "no NetworkPolicy isolates the pod"
            : Words.isolate(unknown.isolating()) + " the pod";
    return by
        + unknown
            .likely()
            .filter(_ -> !unknown.isolating().isEmpty())
            .map(each -> each == Effect.DENY ? ", and no rule allows it" : ", and a rule allows it")
            .orElse("");
  }

  private static String grant(Reach.Grant grant) {
    return "rule " + (grant.rule() + 1) + " of " + grant.policy().namespacedName() + " allows it";
  }

  /** Why there is no telling, a sentence for each cause. */
  private static List<String> doubts(Reach.Unknown unknown) {
    return unknown.isOfOtherKind() ? unknown.about() : List.of(doubt(unknown));
  }

  private static String doubt(Reach.Unknown unknown) {
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

  /** Why a rule for the likelier destination of a Service's address may not do. */
  static String otherwise(Path path, boolean redirected) {
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
    return policies.stream().map(NetworkPolicy::namespacedName).sorted().toList();
  }

  private static String sentence(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT)
        + words.substring(1)
        + (words.endsWith(".") ? "" : ".");
  }
}
