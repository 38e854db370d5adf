package io.github.dnsonde.admission;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.config.Config;
import java.net.InetAddress;
import java.util.Set;

/**
 * The settings of decisions.
 *
 * @param mode in namespaces without a label of their own
 * @param denyDryRun whether dry runs may also be refused
 * @param override who may override a refusal
 * @param neverRefused namespaces in which nothing is refused
 * @param usualCache the address of a DNS cache on each node whose pods do not show it
 */
public record AdmissionTerms(
    Config.Admission.Mode mode,
    boolean denyDryRun,
    Config.Admission.Override override,
    Set<String> neverRefused,
    InetAddress usualCache) {

  public AdmissionTerms {
    requireNonNull(mode, "mode is null");
    requireNonNull(override, "override is null");
    neverRefused = Set.copyOf(neverRefused);
    requireNonNull(usualCache, "usualCache is null");
  }
}
