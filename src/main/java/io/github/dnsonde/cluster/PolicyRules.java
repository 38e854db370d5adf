package io.github.dnsonde.cluster;

import io.github.dnsonde.probe.Cidr;
import java.util.stream.Stream;

/**
 * The rules of a policy of another kind than NetworkPolicy, as far as they can be evaluated, or an
 * object that such rules refer to. Each family of kinds has its own.
 */
public sealed interface PolicyRules
    permits AdminRules,
        CiliumRules,
        CiliumSettings,
        CalicoRules,
        CalicoRules.Tier,
        CalicoRules.NetworkSet {

  /** The keys of the pods' own labels by which it can distinguish pods. */
  Stream<String> podKeys();

  /** The blocks of addresses by which it can distinguish pods. */
  Stream<Cidr> blocks();
}
