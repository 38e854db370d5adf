package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Default;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.probe.Vantage;

/** The section {@code vantage}: the agent's own pod. */
final class VantageSection {

  private static final Scalar<String> NAMESPACE =
      Scalar.of(
          "namespace",
          new ObjectName(1, ObjectName.MAX_LABEL, "shop"),
          new Default.Variable("POD_NAMESPACE", "default"),
          "Namespace of the agent's pod.");
  private static final Scalar<String> WORKLOAD =
      Scalar.of(
          "workload",
          new ObjectName(1, ObjectName.MAX_SUBDOMAIN, "dnsonde"),
          new Default.Variable("WORKLOAD", "self"),
          "Workload of the agent's pod: a name that stays when the pod is replaced.");
  private static final Scalar<String> POD =
      Scalar.of(
          "pod",
          new ObjectName(0, ObjectName.MAX_SUBDOMAIN, "dnsonde-x7k2p"),
          new Default.Variable("POD_NAME", "''"),
          "Name of the agent's pod.");
  private static final Scalar<String> NODE =
      Scalar.of(
          "node",
          new ObjectName(0, ObjectName.MAX_SUBDOMAIN, "worker-1"),
          new Default.Variable("NODE_NAME", "''"),
          "Node of the agent's pod.");

  static final Section<Vantage> SECTION =
      Section.of("vantage", VantageSection::make, NAMESPACE, WORKLOAD, POD, NODE);

  private VantageSection() {}

  private static Vantage make(Values in) {
    return new Vantage(in.get(NAMESPACE), in.get(WORKLOAD), in.get(POD), in.get(NODE), Vantage.ANY);
  }
}
