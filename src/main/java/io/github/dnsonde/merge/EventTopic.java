package io.github.dnsonde.merge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * The part of a finding that stays the same while it lasts, in one namespace: each topic has one
 * Event.
 *
 * @param namespace the namespace of the Event
 * @param shared whether the cause is outside of tenants' namespaces
 * @param about the policy of a tenant's Event; otherwise the servers or nodes
 */
record EventTopic(String namespace, boolean shared, Code code, List<String> about) {

  /** Agents measure ages: after a restart of the controller, the beginning differs by seconds. */
  private static final long GRAIN_SECONDS = 60;

  private static final int DIGITS = 20;

  EventTopic {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(code, "code is null");
    about = List.copyOf(about);
  }

  static EventTopic of(Finding finding, DnsEvent event) {
    if (finding.code().isOfNamespace()) {
      return new EventTopic(
          event.namespace(), false, finding.code(), event.policy().stream().toList());
    }
    return new EventTopic(
        event.namespace(), true, finding.code(), finding.lastingIdentity().about());
  }

  /** Returns true if both are Events for the same tenant. */
  boolean isOfSameTenant(EventTopic other) {
    return !shared && !other.shared && namespace.equals(other.namespace);
  }

  /** The name of the Event about what began then: the same from every controller. */
  String name(String reason, Instant since) {
    return named(reason, grain(since));
  }

  /** The names that an earlier controller may have given, with its own idea of the beginning. */
  List<String> namesAround(String reason, Instant since) {
    long grain = grain(since);
    return List.of(named(reason, grain), named(reason, grain - 1), named(reason, grain + 1));
  }

  private static long grain(Instant since) {
    return Math.floorDiv(since.getEpochSecond(), GRAIN_SECONDS);
  }

  private String named(String reason, long grain) {
    String text = String.join("\n", reason, namespace, code.label(), "" + about, "" + grain);
    return "dnsonde-" + HexFormat.of().formatHex(sha256(text)).substring(0, DIGITS);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it (MessageDigest, class comment)
    }
  }
}
