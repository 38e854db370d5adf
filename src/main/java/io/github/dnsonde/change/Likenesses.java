package io.github.dnsonde.change;

import static java.util.stream.Collectors.groupingBy;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyRules;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.policy.Destination;
import java.net.InetAddress;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The properties by which the policies of a state can distinguish pods. Pods with equal properties
 * have the same verdicts, so that one of them is enough.
 */
final class Likenesses {

  private final Map<String, List<NetworkPolicy>> isolating;
  private final Set<String> ownKeys = new HashSet<>();
  private final Set<String> peerKeys = new HashSet<>();
  private final List<Peer.Block> blocks;
  private final Map<Own, BitSet> selected = new HashMap<>();
  private final boolean byServiceAccount;

  /** A pod's namespace and the labels that policies of its namespace select by. */
  private record Own(String namespace, Labels labels) {}

  /**
   * The likeness of a querying pod.
   *
   * @param selected the policies of its namespace that isolate it for egress
   * @param labels its labels as others see it
   * @param blocks the ipBlocks of others that contain its addresses
   * @param serviceAccount its service account, by which policies of other kinds may select it
   */
  record OfSource(
      String namespace,
      BitSet selected,
      Labels labels,
      List<BitSet> blocks,
      Optional<String> serviceAccount) {}

  /** The likeness of a queried pod. */
  private record OfBackend(
      String namespace,
      Labels own,
      Labels peer,
      List<BitSet> blocks,
      List<Pod.ContainerPort> ports,
      boolean hostNetwork) {}

  Likenesses(PolicySet policies) {
    this.isolating =
        policies.policies().stream()
            .filter(policy -> policy.egress().isPresent())
            .collect(groupingBy(NetworkPolicy::namespace));
    policies.policies().forEach(policy -> keys(policy.selects(), ownKeys));
    Stream.concat(
            policies.foreign().stream()
                .map(ForeignPolicy::subject)
                .flatMap(subject -> subject.pods().stream()),
            policies.invalid().stream().map(InvalidPolicy::selects).flatMap(Optional::stream))
        .forEach(selector -> keys(selector, peerKeys));
    List<PolicyRules> others =
        policies.foreign().stream().map(ForeignPolicy::rules).flatMap(Optional::stream).toList();
    others.stream().flatMap(PolicyRules::podKeys).forEach(peerKeys::add);
    this.byServiceAccount = !others.isEmpty();
    Set<Peer.Block> found = new LinkedHashSet<>();
    for (NetworkPolicy policy : policies.policies()) {
      policy.ingress().ifPresent(rules -> peers(rules, found));
      policy.egress().ifPresent(rules -> peers(rules, found));
    }
    others.stream()
        .flatMap(PolicyRules::blocks)
        .forEach(block -> found.add(new Peer.Block(block, List.of())));
    this.blocks = List.copyOf(found);
  }

  /** Notes what rules look at. There may be thousands, and an API server waits. */
  private void peers(List<NetworkPolicy.Rule> rules, Set<Peer.Block> into) {
    for (NetworkPolicy.Rule rule : rules) {
      for (Peer peer : rule.peers()) {
        switch (peer) {
          case Peer.Selected(Optional<LabelSelector> pods, _) ->
              pods.ifPresent(selector -> keys(selector, peerKeys));
          case Peer.Block block -> into.add(block);
        }
      }
    }
  }

  private static void keys(LabelSelector selector, Set<String> into) {
    into.addAll(selector.matchLabels().keySet());
    for (LabelSelector.Requirement requirement : selector.matchExpressions()) {
      into.add(requirement.key());
    }
  }

  OfSource of(Pod pod) {
    Own own = new Own(pod.namespace(), pod.labels().among(ownKeys));
    return new OfSource(
        pod.namespace(),
        isolating(own),
        pod.labels().among(peerKeys),
        blocks(pod),
        byServiceAccount ? pod.serviceAccount() : Optional.empty());
  }

  /** Returns the policies of a pod's namespace that isolate it for egress. Not to be changed. */
  BitSet isolating(Pod pod) {
    return isolating(new Own(pod.namespace(), pod.labels().among(ownKeys)));
  }

  private BitSet isolating(Own own) {
    return selected.computeIfAbsent(own, this::selected);
  }

  private BitSet selected(Own own) {
    List<NetworkPolicy> all = isolating.getOrDefault(own.namespace(), List.of());
    BitSet found = new BitSet(all.size());
    for (int i = 0; i < all.size(); i++) {
      found.set(i, all.get(i).selects().matches(own.labels()));
    }
    return found;
  }

  private List<BitSet> blocks(Pod pod) {
    return blocks.isEmpty() ? List.of() : pod.addresses().stream().map(this::blocks).toList();
  }

  private BitSet blocks(InetAddress address) {
    BitSet found = new BitSet(blocks.size());
    for (int i = 0; i < blocks.size(); i++) {
      found.set(i, blocks.get(i).contains(address));
    }
    return found;
  }

  /** Returns the same server with one pod of each likeness behind it. */
  DnsServer reduced(DnsServer server) {
    if (!(server.destination() instanceof Destination.Balanced balanced)) {
      return server;
    }
    Map<OfBackend, Pod> alike = new LinkedHashMap<>();
    balanced.backends().forEach(pod -> alike.putIfAbsent(ofBackend(pod), pod));
    return server.with(
        new Destination.Balanced(
            balanced.service(), balanced.address(), List.copyOf(alike.values())));
  }

  private OfBackend ofBackend(Pod pod) {
    return new OfBackend(
        pod.namespace(),
        pod.labels().among(ownKeys),
        pod.labels().among(peerKeys),
        blocks(pod),
        pod.ports(),
        pod.hostNetwork());
  }
}
