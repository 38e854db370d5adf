package io.github.dnsonde.controller;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A digest of the part of an object that decides about traffic: a policy's rules, or a Namespace's
 * labels. Those that are alike have the same one. It is small, however large the object is.
 */
record VersionDigest(String hex) {

  static VersionDigest of(NetworkPolicy policy) {
    StringBuilder text = new StringBuilder();
    add(text, policy.selects());
    add(text, policy.ingress());
    add(text, policy.egress());
    return of(text);
  }

  static VersionDigest of(Labels namespace) {
    StringBuilder text = new StringBuilder("L");
    add(text, namespace.values());
    return of(text);
  }

  private static VersionDigest of(StringBuilder text) {
    try {
      return new VersionDigest(
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(UTF_8))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void add(StringBuilder text, Optional<List<NetworkPolicy.Rule>> rules) {
    text.append(rules.isPresent() ? 'R' : '-');
    for (NetworkPolicy.Rule rule : rules.orElse(List.of())) {
      text.append('r');
      rule.peers().forEach(peer -> add(text, peer));
      rule.ports().forEach(port -> word(text, port.toString()));
    }
  }

  private static void add(StringBuilder text, Peer peer) {
    switch (peer) {
      case Peer.Selected(Optional<LabelSelector> pods, Optional<LabelSelector> namespaces) -> {
        text.append(pods.isPresent() ? 'P' : '-').append(namespaces.isPresent() ? 'N' : '-');
        pods.ifPresent(selector -> add(text, selector));
        namespaces.ifPresent(selector -> add(text, selector));
      }
      case Peer.Block block -> word(text.append('B'), block.toString());
    }
  }

  /** Equal maps and sets may have different orders. */
  private static void add(StringBuilder text, LabelSelector selector) {
    text.append('{');
    add(text, selector.matchLabels());
    for (LabelSelector.Requirement requirement : selector.matchExpressions()) {
      word(text.append('x'), requirement.key());
      word(text, requirement.operator().word());
      words(text, requirement.values());
    }
    text.append('}');
  }

  private static void add(StringBuilder text, Map<String, String> labels) {
    new TreeMap<>(labels)
        .forEach(
            (key, value) -> {
              word(text, key);
              word(text, value);
            });
  }

  private static void words(StringBuilder text, Collection<String> words) {
    new TreeSet<>(words).forEach(word -> word(text, word));
  }

  /** The length keeps two words apart from one that looks like both. */
  private static void word(StringBuilder text, String word) {
    text.append(word.length()).append(':').append(word);
  }
}
