package io.github.dnsonde.policy;

import static java.util.stream.Collectors.toMap;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Ports;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.testkit.PodBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** One case of a file of cases: a cluster, a query, and the expected verdict of the policies. */
public record NetpolCase(
    String id,
    PolicySet policies,
    Pod source,
    Destination destination,
    PortProtocol portProtocol,
    String expected,
    Optional<String> unknownReason,
    Optional<String> likely,
    Optional<String> expectedIngress,
    Optional<String> expectedPath) {

  static List<NetpolCase> inFile(Path file) throws IOException {
    return in(Files.readString(file));
  }

  /** Reads the cases of a file next to this class. */
  public static List<NetpolCase> inResource(String name) throws IOException {
    return in(Written.text(NetpolCase.class, name));
  }

  /** Reads the cases of a file next to this class as they are written; they may share objects. */
  public static List<JsonObject> written(String name) throws IOException {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(10_000);
    return new Gson()
            .toJsonTree(new Yaml(options).<Object>load(Written.text(NetpolCase.class, name)))
            .getAsJsonObject()
            .getAsJsonArray("cases")
            .asList()
            .stream()
            .map(JsonElement::getAsJsonObject)
            .toList();
  }

  /** Reads the cases of a text. */
  static List<NetpolCase> in(String yaml) {
    return Written.documents(yaml).stream()
        .flatMap(document -> document.objects("cases"))
        .map(NetpolCase::of)
        .toList();
  }

  private static NetpolCase of(Fields fields) {
    Pod source = pod(fields.object("pod"), fields.object("pod").text("namespace").orElseThrow());
    return new NetpolCase(
        fields.text("id").orElseThrow(),
        Written.policies(
            fields.objects("policies").toList(), namespaces(fields.object("namespaces"))),
        source,
        destination(fields.object("destination")),
        new PortProtocol(
            Protocol.valueOf(fields.text("protocol").orElseThrow().toUpperCase(Locale.ROOT)),
            fields.number("port").orElseThrow()),
        fields.text("expected").orElseThrow(),
        fields.text("unknown_reason"),
        fields.text("likely"),
        fields.text("expected_ingress"),
        fields.text("expected_path"));
  }

  private static Map<String, Labels> namespaces(Fields namespaces) {
    return namespaces.names().stream()
        .collect(toMap(name -> name, name -> new Labels(namespaces.map(name))));
  }

  private static Pod pod(Fields pod, String namespace) {
    return PodBuilder.pod(
            namespace,
            pod.text("name").orElseThrow(),
            pod.text("ip").stream().toArray(String[]::new))
        .on(pod.text("node").orElse(""))
        .labels(pod.map("labels"))
        .hostNetwork(pod.flag("hostNetwork").orElse(false))
        .ports(
            pod.objects("ports")
                .map(
                    port ->
                        new Pod.ContainerPort(
                            port.text("name").orElse(""),
                            port.number("containerPort").orElseThrow(),
                            Ports.protocol(port)))
                .toList())
        .build();
  }

  private static Destination destination(Fields destination) {
    String namespace = destination.text("namespace").orElse("");
    List<Pod> pods = destination.objects("pods").map(pod -> pod(pod, namespace)).toList();
    String kind = destination.text("kind").orElseThrow();
    if (Set.of("loopback", "self").contains(kind)) {
      return new Destination.Itself();
    }
    return switch (destination.text("via").orElseThrow()) {
      case "service" -> balanced(destination.object("service"), namespace, pods);
      case "pod" -> new Destination.Direct(pods.getFirst(), ip(destination, "ip"));
      case "ip" -> new Destination.Address(ip(destination, "ip"), pods);
      default -> throw new IllegalArgumentException("unknown destination: " + destination);
    };
  }

  private static InetAddress ip(Fields fields, String name) {
    return InetAddress.ofLiteral(fields.text(name).orElseThrow());
  }

  /**
   * Returns a Service with the labels that its pods share as selector, because the cases have none.
   */
  private static Destination balanced(Fields service, String namespace, List<Pod> pods) {
    InetAddress address = ip(service, "clusterIP");
    return new Destination.Balanced(
        new Service(
            namespace,
            service.text("name").orElseThrow(),
            List.of(address),
            common(pods),
            service.objects("ports").map(NetpolCase::port).toList()),
        address,
        pods);
  }

  private static Labels common(List<Pod> pods) {
    return new Labels(
        pods.stream()
            .flatMap(pod -> pod.labels().values().entrySet().stream())
            .distinct()
            .filter(
                label ->
                    pods.stream().allMatch(pod -> pod.labels().values().entrySet().contains(label)))
            .collect(toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  private static Service.Port port(Fields port) {
    int number = port.number("port").orElseThrow();
    return new Service.Port(
        port.text("name").orElse(""),
        number,
        Ports.protocol(port),
        Ports.reference(port, "targetPort").orElseGet(() -> new PortReference.Numbered(number)));
  }

  @Override
  public String toString() {
    return id;
  }
}
