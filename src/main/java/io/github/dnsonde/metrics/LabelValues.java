package io.github.dnsonde.metrics;

import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.SafeText;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Values of labels, each by its label: a family takes those that it has, in the order of its names,
 * so that names and values cannot part.
 */
record LabelValues(Map<Label, String> values) {

  /** No value. */
  static final LabelValues NONE = new LabelValues(Map.of());

  /** No name in Kubernetes is longer. */
  private static final int LONGEST_NAME = 253;

  LabelValues {
    Map<Label, String> copy = new EnumMap<>(Label.class);
    copy.putAll(values);
    values = Collections.unmodifiableMap(copy);
  }

  /** The values of a probe, for all labels that are about probes. */
  static LabelValues of(Probe probe) {
    Map<Label, String> values = new EnumMap<>(Label.class);
    for (Label label : Label.values()) {
      label.of(probe).ifPresent(value -> values.put(label, safe(value)));
    }
    return new LabelValues(values);
  }

  /** The values of what the policies say of a path. */
  static LabelValues of(ReportedVerdict policyVerdict) {
    return NONE.with(Label.SOURCE_NAMESPACE, policyVerdict.namespace())
        .with(Label.SOURCE_WORKLOAD, policyVerdict.workload())
        .with(Label.SERVER, policyVerdict.server())
        .with(Label.TRANSPORT, policyVerdict.transport().label())
        .with(Label.VERDICT, policyVerdict.decision().label())
        .with(Label.LIKELY, policyVerdict.likely().label());
  }

  /** The same with one more value. */
  LabelValues with(Label label, String value) {
    Map<Label, String> more = new EnumMap<>(Label.class);
    more.putAll(values);
    more.put(label, safe(value));
    return new LabelValues(more);
  }

  /** Those that a family has, of which some may be missing yet. */
  LabelValues of(MetricCatalogue family) {
    Set<Label> wanted = EnumSet.noneOf(Label.class);
    wanted.addAll(family.labels());
    Map<Label, String> some = new EnumMap<>(Label.class);
    some.putAll(values);
    some.keySet().retainAll(wanted);
    return new LabelValues(some);
  }

  /**
   * Returns the values in the order of a family's labels.
   *
   * @throws IllegalArgumentException unless there is a value for each of its labels, and no other
   */
  String[] in(MetricCatalogue family) {
    if (values.size() != family.labels().size()) {
      throw new IllegalArgumentException(family.metricName() + " does not have " + values.keySet());
    }
    return family.labels().stream()
        .map(
            label ->
                Optional.ofNullable(values.get(label))
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                family.metricName() + " lacks a value of " + label.text())))
        .toArray(String[]::new);
  }

  /** A value of bounded length, and harmless on the terminal of whoever reads the page. */
  private static String safe(String value) {
    return SafeText.part(value, LONGEST_NAME);
  }
}
