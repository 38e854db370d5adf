package io.github.dnsonde.cluster;

/**
 * A kind of policy that only its own engine can judge, such as CiliumNetworkPolicy. Group and kind
 * together: several groups call theirs NetworkPolicy.
 *
 * @param group the API group, such as {@code cilium.io}
 * @param kind such as {@code CiliumNetworkPolicy}
 * @param namespaced whether an object of it belongs to one namespace
 */
public record PolicyKind(String group, String kind, boolean namespaced) {}
