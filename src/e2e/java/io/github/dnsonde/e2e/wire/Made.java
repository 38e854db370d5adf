package io.github.dnsonde.e2e.wire;

import static io.github.dnsonde.e2e.wire.WrittenCase.flag;
import static io.github.dnsonde.e2e.wire.WrittenCase.object;
import static io.github.dnsonde.e2e.wire.WrittenCase.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** The objects of cases, in JSON, whose names need no quotes here. */
final class Made {

  private Made() {}

  private static JsonObject read(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  static JsonObject namespace(String name, JsonObject labels) {
    return read(
        "{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: %s}}"
            .formatted(name, labels));
  }

  static JsonObject serviceAccount(String namespace) {
    return read(
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: wire, namespace: %s}}"
            .formatted(namespace));
  }

  /** Returns the configurations of CoreDNS: for pods, and for pods in their node's network. */
  static JsonObject answersToAll(String namespace, Collection<String> ports) {
    JsonObject made =
        read(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: coredns, namespace: %s}, data: {}}"
                .formatted(namespace));
    object(made, "data").addProperty("false", corefile(ports, "0.0.0.0"));
    object(made, "data").addProperty("true", corefile(ports, "eth0"));
    return made;
  }

  private static String corefile(Collection<String> ports, String bind) {
    return ports.stream()
        .map(
            port ->
                """
                .:%s {
                  bind %s
                  template IN A . {
                    answer "{{ .Name }} 60 IN A 192.0.2.80"
                  }
                }
                """
                    .formatted(port, bind))
        .collect(Collectors.joining());
  }

  /** Returns a pod that does nothing. */
  static JsonObject pod(String namespace, String node, JsonObject described) {
    boolean onHost = flag(described, "hostNetwork");
    JsonObject pod =
        read(
            """
            {apiVersion: v1, kind: Pod,
             metadata: {name: %s, namespace: %s, labels: %s},
             spec: {nodeName: %s, hostNetwork: %s, serviceAccountName: wire, dnsPolicy: Default,
              automountServiceAccountToken: false, terminationGracePeriodSeconds: 0,
              containers: [{name: main, image: "localhost/pause:1", imagePullPolicy: Never}]}}
            """
                .formatted(
                    text(described, "name"), namespace, object(described, "labels"), node, onHost));
    if (described.has("ports")) {
      container(pod).add("ports", described.get("ports").deepCopy());
    }
    return pod;
  }

  /** Returns the same pod with a server that answers DNS. */
  static JsonObject answering(JsonObject pod) {
    JsonObject spec = object(pod, "spec");
    JsonObject container = container(pod);
    container.addProperty("image", "localhost/coredns:1");
    container.add(
        "args",
        JsonParser.parseString(
            "[\"-conf\", \"/corefile/%s\"]".formatted(flag(spec, "hostNetwork"))));
    container.add(
        "volumeMounts", JsonParser.parseString("[{name: config, mountPath: \"/corefile\"}]"));
    spec.add("volumes", JsonParser.parseString("[{name: config, configMap: {name: coredns}}]"));
    return pod;
  }

  private static JsonObject container(JsonObject pod) {
    return WrittenCase.objects(object(pod, "spec"), "containers").findFirst().orElseThrow();
  }

  /** Returns a Service that selects by the labels that its pods share. */
  static JsonObject service(String namespace, JsonObject described, Collection<JsonObject> pods) {
    JsonObject selector = new JsonObject();
    pods.stream()
        .flatMap(pod -> object(pod, "labels").entrySet().stream())
        .filter(label -> pods.stream().allMatch(pod -> has(pod, label)))
        .forEach(label -> selector.add(label.getKey(), label.getValue()));
    return read(
        """
        {apiVersion: v1, kind: Service, metadata: {name: %s, namespace: %s},
         spec: {selector: %s, ports: %s}}
        """
            .formatted(text(described, "name"), namespace, selector, described.get("ports")));
  }

  private static boolean has(JsonObject pod, Map.Entry<String, JsonElement> label) {
    return label.getValue().equals(object(pod, "labels").get(label.getKey()));
  }
}
