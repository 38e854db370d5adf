package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.AdmissionRequest.Subject;
import io.github.dnsonde.probe.NamespacedName;

/**
 * A change that a watch shows, as the webhook would be asked about it: a policy was stored, or a
 * Namespace got other labels.
 *
 * @param name the object's; its namespace is empty if it is a Namespace
 * @param subject the object before, as far as that is known, and after
 * @param octets the approximate memory of both versions
 */
public record StoredChange(NamespacedName name, Subject subject, long octets) {
  public StoredChange {
    requireNonNull(name, "name is null");
    requireNonNull(subject, "subject is null");
    if (octets < 0) {
      throw new IllegalArgumentException("octets is " + octets);
    }
  }
}
