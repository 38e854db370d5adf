package io.github.dnsonde.cluster;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of policy other than NetworkPolicy, such as CiliumNetworkPolicy, or of an object that such
 * policies refer to. Group and kind identify it together: several groups have a kind NetworkPolicy.
 *
 * @param group the API group, such as {@code cilium.io}
 * @param kind such as {@code CiliumNetworkPolicy}
 * @param namespaced true if an object of it belongs to one namespace
 */
public record PolicyKind(String group, String kind, boolean namespaced) {

  /** The group of the kinds that SIG Network defines for administrators (network-policy-api). */
  public static final String ADMINISTRATORS = "policy.networking.k8s.io";

  /** The group of Cilium's kinds. */
  public static final String CILIUM = "cilium.io";

  /** The group of Calico's kinds in its own API server. */
  public static final String CALICO = "projectcalico.org";

  /** The group of the custom resources in which Calico stores its objects. */
  public static final String CALICO_STORE = "crd.projectcalico.org";

  private static final Set<String> REFERRED_TO =
      Set.of("Tier", "NetworkSet", "GlobalNetworkSet", "ConfigMap");

  /** All recognised kinds. */
  public static final Set<PolicyKind> KNOWN =
      Set.of(
          namespaced(CILIUM, "CiliumNetworkPolicy"),
          clusterWide(CILIUM, "CiliumClusterwideNetworkPolicy"),
          namespaced(CALICO_STORE, "NetworkPolicy"),
          clusterWide(CALICO_STORE, "GlobalNetworkPolicy"),
          namespaced(CALICO, "NetworkPolicy"),
          clusterWide(CALICO, "GlobalNetworkPolicy"),
          clusterWide(CALICO_STORE, "Tier"),
          namespaced(CALICO_STORE, "NetworkSet"),
          clusterWide(CALICO_STORE, "GlobalNetworkSet"),
          clusterWide(CALICO, "Tier"),
          namespaced(CALICO, "NetworkSet"),
          clusterWide(CALICO, "GlobalNetworkSet"),
          namespaced("crd.antrea.io", "NetworkPolicy"),
          clusterWide("crd.antrea.io", "ClusterNetworkPolicy"),
          clusterWide(ADMINISTRATORS, "AdminNetworkPolicy"),
          clusterWide(ADMINISTRATORS, "BaselineAdminNetworkPolicy"),
          clusterWide(ADMINISTRATORS, "ClusterNetworkPolicy"),
          namespaced("k8s.ovn.org", "EgressFirewall"),
          namespaced("networking.k8s.aws", "ApplicationNetworkPolicy"),
          clusterWide("networking.k8s.aws", "ClusterNetworkPolicy"),
          namespaced("networking.gke.io", "FQDNNetworkPolicy"));

  private static PolicyKind namespaced(String group, String kind) {
    return new PolicyKind(group, kind, true);
  }

  private static PolicyKind clusterWide(String group, String kind) {
    return new PolicyKind(group, kind, false);
  }

  /**
   * Returns true if it is one of network-policy-api's: its objects never concern a node's own
   * network.
   */
  public boolean isForAdministrators() {
    return group.equals(ADMINISTRATORS);
  }

  /** Returns true if it is the one of network-policy-api's that has tiers. */
  public boolean hasTiers() {
    return isForAdministrators() && kind.equals("ClusterNetworkPolicy");
  }

  /** Returns true if its objects decide nothing, but policies refer to them. */
  public boolean isReferredTo() {
    return REFERRED_TO.contains(kind);
  }

  /** Returns true if the rules of its policies can be evaluated. */
  public boolean isJudged() {
    return isForAdministrators() || isOfCalico() || group.equals(CILIUM);
  }

  /** Returns true if it is one of Calico's. */
  public boolean isOfCalico() {
    return group.equals(CALICO) || isStoredByCalico();
  }

  /**
   * The kind of the stored objects that objects of this kind are copies of; empty for all kinds but
   * those of Calico's own API server.
   */
  public Optional<PolicyKind> stored() {
    return group.equals(CALICO)
        ? Optional.of(new PolicyKind(CALICO_STORE, kind, namespaced))
        : Optional.empty();
  }

  /** Returns true if its objects are copies of those of the other kind. */
  public boolean isCopyOf(PolicyKind other) {
    return stored().equals(Optional.of(other));
  }

  /** Returns true if it is one of the custom resources in which Calico stores its objects. */
  public boolean isStoredByCalico() {
    return group.equals(CALICO_STORE);
  }

  /** The name of its objects in paths, in RBAC and for kubectl: {@code ciliumnetworkpolicies}. */
  public String plural() {
    String one = kind.toLowerCase(Locale.ROOT);
    return one.endsWith("y") ? one.substring(0, one.length() - 1) + "ies" : one + "s";
  }

  /** The same with its group, as kubectl takes it: {@code ciliumnetworkpolicies.cilium.io}. */
  public String resource() {
    return plural() + (group.isEmpty() ? "" : "." + group);
  }

  @Override
  public String toString() {
    return kind + (group.isEmpty() ? "" : "." + group);
  }
}
