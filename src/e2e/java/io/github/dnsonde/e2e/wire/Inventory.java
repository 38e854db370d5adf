package io.github.dnsonde.e2e.wire;

import static io.github.dnsonde.e2e.wire.WrittenCase.object;
import static io.github.dnsonde.e2e.wire.WrittenCase.text;
import static java.util.stream.Collectors.toMap;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.e2e.Cluster;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The addresses of pods and Services in this cluster. */
record Inventory(Map<String, String> pods, Map<String, String> services, String clusterDnsPod) {

  static Inventory of(Cluster cluster) throws IOException {
    Map<String, JsonObject> pods = all(cluster, "pods");
    return new Inventory(
        pods.entrySet().stream()
            .collect(
                toMap(Map.Entry::getKey, pod -> text(object(pod.getValue(), "status"), "podIP"))),
        all(cluster, "services").entrySet().stream()
            .collect(
                toMap(
                    Map.Entry::getKey,
                    service -> text(object(service.getValue(), "spec"), "clusterIP"))),
        pods.entrySet().stream()
            .filter(pod -> pod.getKey().startsWith("kube-system/coredns-"))
            .map(pod -> text(object(pod.getValue(), "status"), "podIP"))
            .findFirst()
            .orElseThrow());
  }

  /** Returns the existing policies, as {@code namespace/name}; others were refused. */
  static Set<String> policies(Cluster cluster) throws IOException {
    return all(cluster, "networkpolicies").keySet().stream().collect(Collectors.toSet());
  }

  private static Map<String, JsonObject> all(Cluster cluster, String kind) throws IOException {
    String json = cluster.kubectl("get", kind, "--all-namespaces", "--output", "json");
    return WrittenCase.objects(JsonParser.parseString(json).getAsJsonObject(), "items")
        .collect(toMap(Inventory::key, object -> object));
  }

  static String key(JsonObject object) {
    JsonObject metadata = object(object, "metadata");
    return text(metadata, "namespace") + "/" + text(metadata, "name");
  }

  String pod(String namespace, String name) {
    return found(pods, namespace + "/" + name);
  }

  String service(String namespace, String name) {
    return found(services, namespace + "/" + name);
  }

  private static String found(Map<String, String> addresses, String key) {
    return Optional.ofNullable(addresses.get(key))
        .filter(address -> !address.isEmpty())
        .orElseThrow(() -> new IllegalStateException("no address: " + key));
  }
}
