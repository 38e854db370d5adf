package io.github.dnsonde.report;

/**
 * The pods of one namespace that the same egress policies select, on all nodes together.
 *
 * @param namespace their namespace
 * @param policyClass the class, as in {@link io.github.dnsonde.probe.Candidate}
 */
public record ClassKey(String namespace, String policyClass) {
  public ClassKey {
    Limits.name("a namespace", namespace);
    Limits.name("a class", policyClass);
  }
}
