package io.github.dnsonde.cluster;

/** A policy of any kind, as one object that can be applied. */
public sealed interface PolicyObject permits ForeignPolicy, NetworkPolicy {

  /** Returns the same policy in a namespace. */
  PolicyObject in(String namespace);
}
