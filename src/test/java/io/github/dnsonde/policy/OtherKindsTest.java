package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the sentences about policies of other kinds. */
class OtherKindsTest {

  private static final PolicyKind GLOBAL =
      new PolicyKind("crd.projectcalico.org", "GlobalNetworkPolicy", false);
  private static final PolicyKind CALICO =
      new PolicyKind("crd.projectcalico.org", "NetworkPolicy", true);
  private static final PolicyKind CILIUM = new PolicyKind("cilium.io", "CiliumNetworkPolicy", true);

  @Test
  void thePolicyIsNamedWithTheCommandThatShowsIt() {
    assertEquals(
        List.of(
            "GlobalNetworkPolicy.crd.projectcalico.org lockdown may decide it, which only its own"
                + " engine can judge. See: kubectl get globalnetworkpolicies.crd.projectcalico.org"
                + " lockdown -o yaml",
            "NetworkPolicy.crd.projectcalico.org shop/web may decide it, which only its own engine"
                + " can judge. See: kubectl get networkpolicies.crd.projectcalico.org -n shop web"
                + " -o yaml"),
        OtherKinds.sentences(
            List.of(named(CALICO, Optional.of("shop"), "web"), named(GLOBAL, "lockdown")), "shop"));
  }

  @Test
  void aKindThatCannotBeListedIsNamed() {
    assertEquals(
        List.of(
            "A policy of kind CiliumNetworkPolicy.cilium.io may decide it, if there is any: they"
                + " could not be listed. See: kubectl get ciliumnetworkpolicies.cilium.io -n"
                + " shop",
            "A policy of kind GlobalNetworkPolicy.crd.projectcalico.org may decide it, if there is"
                + " any: they could not be listed. See: kubectl get"
                + " globalnetworkpolicies.crd.projectcalico.org"),
        OtherKinds.sentences(
            List.of(ForeignPolicy.possible(GLOBAL), ForeignPolicy.possible(CILIUM)), "shop"));
  }

  @Test
  void aFewOfManyAreNamed() {
    List<ForeignPolicy> many =
        Stream.concat(
                IntStream.range(0, 7).mapToObj(i -> named(GLOBAL, "p" + i)),
                Stream.of(named(CALICO, Optional.of("shop"), "web")))
            .toList();
    List<String> said = OtherKinds.sentences(many, "shop");
    assertEquals(6, said.size());
    assertEquals(
        "So may 3 more. See: kubectl get"
            + " globalnetworkpolicies.crd.projectcalico.org,networkpolicies.crd.projectcalico.org"
            + " -n shop",
        said.getLast());
  }

  /** Checks names that no API server accepts: they must not get into a command for a shell. */
  @Test
  void aNameThatAShellWouldInterpretIsNotInTheCommand() {
    String evil = "x; rm -rf ~";
    assertTrue(
        OtherKinds.sentences(List.of(named(GLOBAL, evil)), "shop")
            .getFirst()
            .endsWith("See: kubectl get globalnetworkpolicies.crd.projectcalico.org"));
    assertTrue(
        OtherKinds.sentences(List.of(named(CALICO, Optional.of("$(x)"), "web")), "shop")
            .getFirst()
            .endsWith("See: kubectl get networkpolicies.crd.projectcalico.org -A"));
  }

  /** A family may be sure of what is only likely to another one. */
  @Test
  void whatNoFamilyDoubtsIsLikely() {
    OtherDecision denies =
        new OtherDecision(List.of(named(GLOBAL, "a")), "it denies it", "Change it.");
    PolicyVerdict certain = new PolicyVerdict.Deny(List.of(), Optional.of(denies));
    PolicyVerdict.Unknown together = agreed(certain, doubt(Optional.of(Decision.DENY)));
    assertEquals(Optional.of(Decision.DENY), together.likely());
    assertEquals(Optional.of(denies), together.other());
    assertEquals(2, together.about().size(), () -> together.about().toString());
    assertEquals(Optional.empty(), agreed(certain, doubt(Optional.of(Decision.ALLOW))).likely());
    assertEquals(Optional.empty(), agreed(certain, doubt(Optional.empty())).likely());
    assertEquals(
        Optional.empty(),
        agreed(doubt(Optional.of(Decision.DENY)), doubt(Optional.of(Decision.ALLOW))).likely());
  }

  private static PolicyVerdict.Unknown agreed(PolicyVerdict one, PolicyVerdict other) {
    return (PolicyVerdict.Unknown)
        Families.agreed(List.of(one, other), new PolicyVerdict.Allow(List.of(), Optional.empty()));
  }

  private static PolicyVerdict doubt(Optional<Decision> likely) {
    return new PolicyVerdict.Unknown(
        UnknownReason.FOREIGN_POLICY, likely, List.of(), List.of("It may be."));
  }

  private static ForeignPolicy named(PolicyKind kind, String name) {
    return named(kind, Optional.empty(), name);
  }

  private static ForeignPolicy named(PolicyKind kind, Optional<String> namespace, String name) {
    return ForeignPolicy.unread(kind, namespace, Optional.of(name));
  }
}
