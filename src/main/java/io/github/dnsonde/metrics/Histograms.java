package io.github.dnsonde.metrics;

/**
 * The kinds of histograms to expose. Native ones are in protobuf only and cost one series each;
 * classic ones cost one for each bound and three more (prometheus.io/docs/specs/native_histograms).
 */
public enum Histograms {
  BOTH,
  CLASSIC,
  NATIVE
}
