package io.github.dnsonde.merge;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The text of a Kubernetes Event about a finding, for those who may read the Events of a namespace.
 *
 * @param namespace the namespace that it is written in
 * @param policy the NetworkPolicy of that namespace that it is about; empty if it is about the
 *     namespace itself
 * @param type {@code Warning} or {@code Normal}
 * @param reason {@code DNSCutOff} or {@code DNSRestored}
 * @param note the sentence, of at most {@link #LONGEST} octets in UTF-8
 */
public record DnsEvent(
    String namespace, Optional<String> policy, String type, String reason, String note) {

  /** The limit of the API server (API reference, events.k8s.io/v1, field note). */
  static final int LONGEST = 1_024;

  /** The reason of an Event about failures. */
  public static final String CUT_OFF = "DNSCutOff";

  /** The reason of an Event about their end. */
  public static final String RESTORED = "DNSRestored";

  public DnsEvent {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(policy, "policy is null");
    requireNonNull(type, "type is null");
    requireNonNull(reason, "reason is null");
    if (octets(note) > LONGEST) {
      throw new IllegalArgumentException("the note has " + octets(note) + " octets");
    }
  }

  static int octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
