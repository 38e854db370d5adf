package io.github.dnsonde.kube;

import static java.util.function.Predicate.isEqual;
import static java.util.stream.Collectors.joining;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Pod.ContainerPort;
import io.github.dnsonde.cluster.Pod.Dns;
import io.github.dnsonde.cluster.Pod.Phase;
import io.github.dnsonde.cluster.Pod.Policy;
import io.github.dnsonde.cluster.Pod.Starts;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Literal;
import io.github.dnsonde.manifest.Origins;
import io.github.dnsonde.manifest.Ports;
import io.github.dnsonde.probe.ResolverSettings;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads pods (Kubernetes API reference, Pod). */
final class PodTranslation {

  private static final String PORTS = "ports(name,containerPort,protocol)";

  private static final String STARTED =
      "state(running(startedAt),terminated(startedAt)),"
          + "lastState(running(startedAt),terminated(startedAt))";

  private static final String MASK =
      "metadata(namespace,name,resourceVersion,creationTimestamp,deletionTimestamp,[labels*],"
          + "[ownerReferences(apiVersion,kind,name,controller)]),"
          + "spec(nodeName,serviceAccountName,hostNetwork,runtimeClassName,dnsPolicy,[dnsConfig(nameservers,searches,options(name,value))],"
          + "[containers("
          + PORTS
          + ")],[initContainers(restartPolicy,"
          + PORTS
          + ")]),status(phase,podIP,startTime,[podIPs(ip)],[conditions(type,status,lastTransitionTime)],"
          + "[containerStatuses("
          + STARTED
          + ")],[initContainerStatuses("
          + STARTED
          + ")])";

  private PodTranslation() {}

  /**
   * Returns a translation of pods.
   *
   * @param dnsNamespace the only namespace for whose pods the ports are kept: policies name the
   *     ports of pods that are queried
   */
  static Translation<Pod> withPortsOf(String dnsNamespace) {
    return Translation.of(MASK, object -> read(object, dnsNamespace));
  }

  private static Pod read(StreamedObject object, String dnsNamespace) {
    Fields metadata = object.metadata();
    boolean listens = metadata.text("namespace").filter(dnsNamespace::equals).isPresent();
    object.requireWhole(path -> listens || !path.endsWith("ontainers"));
    Fields spec = object.fields().object("spec");
    Fields status = object.fields().object("status");
    Labels labels = BoundedLabels.of(metadata);
    return new Pod(
        metadata.word("namespace").orElse(""),
        metadata.text("name").orElse(""),
        spec.text("nodeName").orElse(""),
        Owners.of(metadata, labels),
        labels,
        addresses(status),
        spec.flag("hostNetwork").orElse(false),
        spec.text("runtimeClassName").filter(name -> !name.isEmpty()),
        phase(status),
        status.condition("Ready", "True").isPresent(),
        metadata.has("deletionTimestamp"),
        Origins.created(metadata),
        networkReady(status),
        new Dns(dnsPolicy(spec), dnsConfig(spec.object("dnsConfig"))),
        listens ? ports(spec) : List.of(),
        starts(status),
        spec.word("serviceAccountName").filter(name -> !name.isEmpty()));
  }

  private static List<InetAddress> addresses(Fields status) {
    List<InetAddress> all =
        status
            .objects("podIPs")
            .flatMap(entry -> entry.text("ip").stream())
            .flatMap(text -> Literal.address(text).stream())
            .toList();
    return all.isEmpty() ? status.text("podIP").flatMap(Literal::address).stream().toList() : all;
  }

  private static Phase phase(Fields status) {
    return switch (status.text("phase").orElse("")) {
      case "Pending" -> Phase.PENDING;
      case "Running" -> Phase.RUNNING;
      case "Succeeded", "Failed" -> Phase.FINISHED;
      default -> Phase.UNKNOWN;
    };
  }

  private static Optional<Instant> networkReady(Fields status) {
    return Stream.of(status.time("startTime"), sandboxReady(status))
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder());
  }

  private static Optional<Instant> sandboxReady(Fields status) {
    return status
        .condition("PodReadyToStartContainers", "True")
        .flatMap(condition -> condition.time("lastTransitionTime"));
  }

  private static Starts starts(Fields status) {
    Stream<Instant> containers =
        Stream.of("containerStatuses", "initContainerStatuses")
            .flatMap(status::objects)
            .flatMap(
                container -> Stream.of(container.object("state"), container.object("lastState")))
            .flatMap(state -> Stream.of(state.object("running"), state.object("terminated")))
            .flatMap(ran -> ran.time("startedAt").stream());
    return new Starts(
        status.time("startTime"),
        Stream.concat(sandboxReady(status).stream(), containers).max(Comparator.naturalOrder()));
  }

  /** A pod in its node's network gets ClusterFirst only if it requests it by the longer name. */
  private static Policy dnsPolicy(Fields spec) {
    return switch (spec.text("dnsPolicy").orElse("")) {
      case "ClusterFirstWithHostNet" -> Policy.CLUSTER_FIRST;
      case "Default" -> Policy.DEFAULT;
      case "None" -> Policy.NONE;
      default -> spec.flag("hostNetwork").orElse(false) ? Policy.DEFAULT : Policy.CLUSTER_FIRST;
    };
  }

  private static ResolverSettings dnsConfig(Fields config) {
    return ResolverSettings.of(
        config.texts("nameservers").stream()
            .flatMap(text -> Literal.address(text).stream())
            .toList(),
        config.texts("searches").stream(),
        config.objects("options").map(PodTranslation::option));
  }

  private static String option(Fields option) {
    return Stream.of(option.text("name"), option.text("value"))
        .flatMap(Optional::stream)
        .collect(joining(":"));
  }

  private static List<ContainerPort> ports(Fields spec) {
    Stream<Fields> sidecars = spec.objects("initContainers", "restartPolicy", isEqual("Always"));
    return Stream.concat(spec.objects("containers"), sidecars)
        .flatMap(container -> container.objects("ports"))
        .flatMap(port -> port(port).stream())
        .toList();
  }

  private static Optional<ContainerPort> port(Fields port) {
    return Ports.knownProtocol(port)
        .flatMap(
            protocol ->
                port.number("containerPort")
                    .map(
                        number ->
                            new ContainerPort(port.text("name").orElse(""), number, protocol)));
  }
}
