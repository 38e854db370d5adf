package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Default;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.OptionalPath;
import io.github.dnsonde.config.yaml.WholeNumber;
import io.github.dnsonde.config.yaml.YesOrNo;
import io.github.dnsonde.probe.NamespacedName;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The section {@code controller}: the settings of {@code dnsonde controller}, which reads its file
 * once.
 */
final class ControllerSection {

  private static final Scalar<InetSocketAddress> LISTEN =
      Scalar.of(
          "listen",
          new ListenAddress(),
          "':9056'",
          "The address for the agents' reports, with TLS. Without a host: all addresses.");
  private static final Scalar<String> SERVICE =
      Scalar.of(
          "service",
          new ObjectName(1, ObjectName.MAX_LABEL, "dnsonde-controller"),
          "dnsonde-controller",
          "The controller's Service. Agents expect a certificate for `SERVICE.NAMESPACE.svc`.");
  private static final Scalar<String> NAMESPACE =
      Scalar.of(
          "namespace",
          new ObjectName(1, ObjectName.MAX_LABEL, "dnsonde"),
          new Default.Variable("POD_NAMESPACE", "default"),
          "The controller's namespace: that of its Service and its Secret.");

  private static final Scalar<String> AGENTS_NAMESPACE =
      Scalar.of(
          "namespace",
          new ObjectName(1, ObjectName.MAX_LABEL, "dnsonde"),
          new Default.Variable("POD_NAMESPACE", "default"),
          "Namespace of the agents.");
  private static final Scalar<String> ACCOUNT =
      Scalar.of(
          "service-account",
          new ObjectName(1, ObjectName.MAX_SUBDOMAIN, "dnsonde"),
          "dnsonde",
          "Service account of the agents. Reports of others are refused.");
  private static final Section<NamespacedName> AGENTS =
      Section.of(
          "agents",
          in -> new NamespacedName(in.get(AGENTS_NAMESPACE), in.get(ACCOUNT)),
          AGENTS_NAMESPACE,
          ACCOUNT);

  private static final Scalar<String> SECRET =
      Scalar.of(
          "secret",
          new ObjectName(1, ObjectName.MAX_SUBDOMAIN, "dnsonde-controller"),
          "dnsonde-controller",
          "Secret in which the controller keeps the certificates that it makes. It must exist,"
              + " and may be empty.");
  private static final Scalar<String> CONFIG_MAP =
      Scalar.of(
          "config-map",
          new ObjectName(1, ObjectName.MAX_SUBDOMAIN, "dnsonde-controller-ca"),
          "dnsonde-controller-ca",
          "ConfigMap in the agents' namespace in which the controller publishes the"
              + " authorities, as `ca.crt`. It must exist, and may be empty.");
  private static final Scalar<Optional<Path>> FOLDER =
      Scalar.of(
          "folder",
          new OptionalPath(),
          "''",
          "Folder with `tls.crt`, `tls.key` and `ca.crt` of others, such as cert-manager. If"
              + " empty, the controller makes and renews certificates itself.");
  private static final Section<Config.Certificates> CERTIFICATES =
      Section.of(
          "certificates",
          in -> new Config.Certificates(in.get(SECRET), in.get(CONFIG_MAP), in.get(FOLDER)),
          SECRET,
          CONFIG_MAP,
          FOLDER);

  private static final Scalar<Boolean> EVENTS_ENABLED =
      Scalar.of(
          "enabled",
          new YesOrNo(),
          "false",
          "Whether the controller writes Kubernetes Events: `DNSCutOff` when pods of a namespace"
              + " get no response, and `DNSRestored` when they are answered again.");
  private static final Section<Boolean> EVENTS =
      Section.of("events", in -> in.get(EVENTS_ENABLED), EVENTS_ENABLED);

  private static final Scalar<Integer> NODES_PER_CLASS =
      Scalar.of(
          "nodes-per-class",
          new WholeNumber(1, 100),
          "3",
          "Number of nodes that take turns with a class of pods, when the plans of all nodes need"
              + " more than `schedule.budget.cluster`.");

  static final Section<Config.Controller> SECTION =
      Section.of(
          "controller",
          ControllerSection::make,
          LISTEN,
          SERVICE,
          NAMESPACE,
          AGENTS,
          CERTIFICATES,
          EVENTS,
          NODES_PER_CLASS,
          AdmissionSection.SECTION,
          PrometheusSection.SECTION);

  private ControllerSection() {}

  private static Config.Controller make(Values in) {
    return new Config.Controller(
        in.get(LISTEN),
        new NamespacedName(in.get(NAMESPACE), in.get(SERVICE)),
        in.get(AGENTS),
        in.get(CERTIFICATES),
        in.get(EVENTS),
        in.get(NODES_PER_CLASS),
        in.get(AdmissionSection.SECTION),
        in.get(PrometheusSection.SECTION));
  }
}
