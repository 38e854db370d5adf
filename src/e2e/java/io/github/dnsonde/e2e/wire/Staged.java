package io.github.dnsonde.e2e.wire;

import static io.github.dnsonde.e2e.wire.WrittenCase.NAME_LABEL;
import static io.github.dnsonde.e2e.wire.WrittenCase.flag;
import static io.github.dnsonde.e2e.wire.WrittenCase.object;
import static io.github.dnsonde.e2e.wire.WrittenCase.objects;
import static io.github.dnsonde.e2e.wire.WrittenCase.text;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A case in separate namespaces, so that all cases fit in one cluster. Its server is the cluster's
 * own DNS, if the case describes that. Otherwise it is a stand-in with the described properties:
 * CoreDNS with an answer to everything.
 *
 * @param number the number in the names of its namespaces
 */
record Staged(WrittenCase written, int number) {

  /** The prefix of all namespaces. */
  static final String PREFIX = "wire-";

  String key() {
    return "c" + number;
  }

  /** Returns the node of its pod, one of two; a stand-in is on the other one. */
  String node() {
    return node(number);
  }

  private static String node(int number) {
    return "node" + (1 + number % 2);
  }

  boolean hasStandIn() {
    return written.kind().equals("kube-dns") && !written.asksClusterDns();
  }

  private boolean asksItself() {
    return Set.of("loopback", "self").contains(written.kind());
  }

  String sourceNamespace() {
    return namespace(text(written.source(), "namespace"));
  }

  String source() {
    return text(written.source(), "name");
  }

  boolean onHost() {
    return flag(written.source(), "hostNetwork");
  }

  String destinationNamespace() {
    return namespace(text(written.destination(), "namespace"));
  }

  /** Returns the namespace for one of the case's; any other name stays the same. */
  String namespace(String name) {
    boolean itself = !written.namespaces().has(name) || isTheClusters(name);
    return itself ? name : PREFIX + number + "-" + name;
  }

  private boolean isTheClusters(String name) {
    return name.equals(text(written.destination(), "namespace"))
        && !name.equals(text(written.source(), "namespace"))
        && (written.kind().equals("nodelocal") || written.asksClusterDns());
  }

  /** Returns all objects but the policies. */
  List<JsonObject> objectsToMake() {
    List<JsonObject> all = new ArrayList<>();
    for (String name : written.namespaces().keySet()) {
      if (!namespace(name).equals(name)) {
        all.addAll(furnished(name));
      }
    }
    all.add(sourcePod());
    if (hasStandIn()) {
      all.addAll(standIns());
      if (written.via().equals("service")) {
        all.add(Made.service(destinationNamespace(), written.service(), written.backends()));
      }
    }
    return all;
  }

  private List<JsonObject> furnished(String name) {
    JsonObject labels = object(written.namespaces(), name).deepCopy();
    labels.remove(NAME_LABEL);
    String here = namespace(name);
    List<JsonObject> all = new ArrayList<>();
    all.add(Made.namespace(here, labels));
    all.add(Made.serviceAccount(here));
    if (hasStandIn() || asksItself()) {
      all.add(Made.answersToAll(here, hasStandIn() ? targetPorts() : Set.of("53")));
    }
    return all;
  }

  private Set<String> targetPorts() {
    return objects(written.service(), "ports")
        .map(port -> text(port, port.has("targetPort") ? "targetPort" : "port"))
        .collect(Collectors.toSet());
  }

  private JsonObject sourcePod() {
    JsonObject pod = Made.pod(sourceNamespace(), node(), written.source());
    return asksItself() ? Made.answering(pod) : pod;
  }

  private List<JsonObject> standIns() {
    List<JsonObject> backends = written.backends();
    return IntStream.range(0, backends.size())
        .mapToObj(i -> Made.pod(destinationNamespace(), node(number + 1 + i), backends.get(i)))
        .map(Made::answering)
        .toList();
  }

  /** Returns the address that its pod queries. */
  String server(Inventory inventory) {
    return switch (written.kind()) {
      case "loopback" -> text(written.destination(), "ip");
      case "self" -> inventory.pod(sourceNamespace(), source());
      case "kube-dns" -> clusterDns(inventory);
      default -> text(written.destination(), "ip");
    };
  }

  private String clusterDns(Inventory inventory) {
    if (written.via().equals("pod")) {
      return hasStandIn()
          ? inventory.pod(destinationNamespace(), text(written.backends().getFirst(), "name"))
          : inventory.clusterDnsPod();
    }
    return inventory.service(destinationNamespace(), text(written.service(), "name"));
  }

  /** Returns its policies with the names and addresses of this cluster. */
  List<JsonObject> policies(Inventory inventory) {
    Renaming renaming = new Renaming(this::namespace, addresses(inventory));
    return written.policies().stream().map(renaming::in).toList();
  }

  private Map<String, String> addresses(Inventory inventory) {
    Map<String, String> addresses = new HashMap<>();
    if (hasStandIn()) {
      for (JsonObject pod : written.backends()) {
        addresses.put(text(pod, "ip"), inventory.pod(destinationNamespace(), text(pod, "name")));
      }
    }
    if (written.via().equals("pod")) {
      addresses.put(text(written.destination(), "ip"), server(inventory));
    }
    if (written.via().equals("service")) {
      addresses.put(text(written.service(), "clusterIP"), server(inventory));
    }
    return addresses;
  }
}
