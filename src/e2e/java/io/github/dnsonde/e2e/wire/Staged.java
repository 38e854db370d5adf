package io.github.dnsonde.e2e.wire;

import static io.github.dnsonde.e2e.wire.WrittenCase.NAME_LABEL;
import static io.github.dnsonde.e2e.wire.WrittenCase.flag;
import static io.github.dnsonde.e2e.wire.WrittenCase.object;
import static io.github.dnsonde.e2e.wire.WrittenCase.objects;
import static io.github.dnsonde.e2e.wire.WrittenCase.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A case in namespaces of its own, so that all cases are in one cluster at once. Whom it asks is
 * the cluster's own DNS, where that is what the case describes, or else a stand-in that is as
 * described: CoreDNS with an answer to everything.
 *
 * @param number from which its namespaces are named
 */
record Staged(WrittenCase written, int number) {

  /** All namespaces' names begin like this. */
  static final String PREFIX = "wire-";

  String key() {
    return "c" + number;
  }

  /** Which of two nodes its pod is on; a stand-in is on the other one. */
  String node() {
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

  /** The namespace that stands for one of the case's; a name that is none of them stays. */
  String namespace(String name) {
    boolean itself = !written.namespaces().has(name) || isTheClusters(name);
    return itself ? name : PREFIX + number + "-" + name;
  }

  private boolean isTheClusters(String name) {
    return name.equals(text(written.destination(), "namespace"))
        && !name.equals(text(written.source(), "namespace"))
        && (written.kind().equals("nodelocal") || written.asksClusterDns());
  }

  /** All but the policies. */
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
        all.add(service());
      }
    }
    return all;
  }

  private List<JsonObject> furnished(String name) {
    JsonObject space = new JsonObject();
    space.addProperty("apiVersion", "v1");
    space.addProperty("kind", "Namespace");
    JsonObject labels = object(written.namespaces(), name).deepCopy();
    labels.remove(NAME_LABEL);
    JsonObject metadata = new JsonObject();
    metadata.addProperty("name", namespace(name));
    metadata.add("labels", labels);
    space.add("metadata", metadata);
    JsonObject data = new JsonObject();
    data.addProperty("Corefile", corefile("0.0.0.0"));
    data.addProperty("OnHost", corefile("eth0"));
    return List.of(
        space,
        made("v1", "ServiceAccount", name, "wire"),
        with(made("v1", "ConfigMap", name, "coredns"), "data", data));
  }

  private String corefile(String bind) {
    Set<String> ports =
        objects(written.service(), "ports")
            .map(port -> text(port, "targetPort"))
            .filter(_ -> hasStandIn())
            .filter(port -> !port.isEmpty())
            .collect(Collectors.toSet());
    return (ports.isEmpty() ? Set.of("53") : ports)
        .stream().map(port -> answeringAll(port, bind)).collect(Collectors.joining());
  }

  private static String answeringAll(String port, String bind) {
    return """
    .:%s {
      bind %s
      template IN A . {
        answer "{{ .Name }} 60 IN A 192.0.2.80"
      }
    }
    """
        .formatted(port, bind);
  }

  private JsonObject sourcePod() {
    String namespace = text(written.source(), "namespace");
    JsonObject pod = pod(namespace, written.source(), asksItself());
    object(pod, "spec").addProperty("nodeName", node());
    return pod;
  }

  private List<JsonObject> standIns() {
    List<JsonObject> backends = written.backends();
    return IntStream.range(0, backends.size())
        .mapToObj(
            i -> {
              JsonObject pod = pod(text(written.destination(), "namespace"), backends.get(i), true);
              object(pod, "spec").addProperty("nodeName", "node" + (1 + (number + 1 + i) % 2));
              return pod;
            })
        .toList();
  }

  private JsonObject pod(String namespace, JsonObject described, boolean answers) {
    JsonObject container = new JsonObject();
    container.addProperty("name", "main");
    container.addProperty("image", answers ? "localhost/coredns:1" : "localhost/pause:1");
    container.addProperty("imagePullPolicy", "Never");
    if (described.has("ports")) {
      container.add("ports", described.get("ports").deepCopy());
    }
    JsonObject spec = new JsonObject();
    spec.addProperty("serviceAccountName", "wire");
    spec.addProperty("automountServiceAccountToken", false);
    spec.addProperty("terminationGracePeriodSeconds", 0);
    spec.addProperty("dnsPolicy", "Default");
    boolean onHost = flag(described, "hostNetwork");
    spec.addProperty("hostNetwork", onHost);
    if (answers) {
      mount(spec, container, onHost ? "OnHost" : "Corefile");
    }
    spec.add("containers", list(container));
    JsonObject pod = made("v1", "Pod", namespace, text(described, "name"));
    object(pod, "metadata").add("labels", object(described, "labels").deepCopy());
    return with(pod, "spec", spec);
  }

  private static void mount(JsonObject spec, JsonObject container, String corefile) {
    JsonArray arguments = new JsonArray();
    arguments.add("-conf");
    arguments.add("/etc/coredns/" + corefile);
    container.add("args", arguments);
    JsonObject mount = new JsonObject();
    mount.addProperty("name", "config");
    mount.addProperty("mountPath", "/etc/coredns");
    container.add("volumeMounts", list(mount));
    JsonObject source = new JsonObject();
    source.addProperty("name", "coredns");
    JsonObject volume = new JsonObject();
    volume.addProperty("name", "config");
    volume.add("configMap", source);
    spec.add("volumes", list(volume));
  }

  /** Selects what its pods have in common. */
  private JsonObject service() {
    JsonObject selector = new JsonObject();
    object(written.backends().getFirst(), "labels").entrySet().stream()
        .filter(label -> written.backends().stream().allMatch(pod -> has(pod, label)))
        .forEach(label -> selector.add(label.getKey(), label.getValue()));
    JsonObject spec = new JsonObject();
    spec.add("selector", selector);
    spec.add("ports", written.service().get("ports").deepCopy());
    String namespace = text(written.destination(), "namespace");
    return with(made("v1", "Service", namespace, text(written.service(), "name")), "spec", spec);
  }

  private static boolean has(JsonObject pod, Map.Entry<String, JsonElement> label) {
    return label.getValue().equals(object(pod, "labels").get(label.getKey()));
  }

  private JsonObject made(String version, String kind, String namespace, String name) {
    JsonObject made = new JsonObject();
    made.addProperty("apiVersion", version);
    made.addProperty("kind", kind);
    JsonObject metadata = new JsonObject();
    metadata.addProperty("namespace", namespace(namespace));
    metadata.addProperty("name", name);
    made.add("metadata", metadata);
    return made;
  }

  private static JsonObject with(JsonObject object, String name, JsonObject value) {
    object.add(name, value);
    return object;
  }

  private static JsonArray list(JsonElement element) {
    JsonArray list = new JsonArray();
    list.add(element);
    return list;
  }

  /** Whom its pod asks. */
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

  /** Its policies, with the names and addresses that things have in this cluster. */
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
