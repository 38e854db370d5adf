package io.github.dnsonde.e2e.wire;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** A case as written in its file, to create its objects in a cluster. It is not evaluated here. */
record WrittenCase(JsonObject fields) {

  /** The label that every namespace has (Kubernetes documentation, "Automatic labelling"). */
  static final String NAME_LABEL = "kubernetes.io/metadata.name";

  static final String CACHE = "169.254.20.10";
  static final String KUBE_DNS = "10.96.0.10";

  /** Returns the cases of a file, in order. Null stays null, because it may have a meaning. */
  static List<WrittenCase> inFile(Path file) throws IOException {
    Object content = new Yaml().<Object>load(Files.readString(file));
    JsonObject all =
        new GsonBuilder().serializeNulls().create().toJsonTree(content).getAsJsonObject();
    return objects(all, "cases").map(WrittenCase::new).toList();
  }

  static Stream<JsonObject> objects(JsonObject object, String name) {
    return object.get(name) instanceof JsonArray array
        ? array.asList().stream().map(JsonElement::getAsJsonObject)
        : Stream.empty();
  }

  static String text(JsonObject object, String name) {
    return object.get(name) instanceof JsonPrimitive value ? value.getAsString() : "";
  }

  static boolean flag(JsonObject object, String name) {
    return object.get(name) instanceof JsonPrimitive value && value.getAsBoolean();
  }

  static JsonObject object(JsonObject object, String name) {
    return object.get(name) instanceof JsonObject found ? found : new JsonObject();
  }

  String id() {
    return text(fields, "id");
  }

  int port() {
    return fields.get("port").getAsInt();
  }

  List<JsonObject> policies() {
    return objects(fields, "policies").toList();
  }

  JsonObject namespaces() {
    return object(fields, "namespaces");
  }

  JsonObject source() {
    return object(fields, "pod");
  }

  JsonObject destination() {
    return object(fields, "destination");
  }

  String kind() {
    return text(destination(), "kind");
  }

  String via() {
    return text(destination(), "via");
  }

  JsonObject service() {
    return object(destination(), "service");
  }

  List<JsonObject> backends() {
    return objects(destination(), "pods").toList();
  }

  /** Returns its addresses: the Service's, the pods', and the dialled one. */
  List<String> addresses() {
    List<String> all = new ArrayList<>();
    all.add(text(service(), "clusterIP"));
    all.add(text(destination(), "ip"));
    backends().forEach(pod -> all.add(text(pod, "ip")));
    return all;
  }

  /** Returns the reason, in a word or two, why it cannot be played on a test cluster. */
  Optional<String> obstacle(boolean cacheIsKubeDns) {
    if (policies().stream()
        .anyMatch(policy -> !text(policy, "apiVersion").equals("networking.k8s.io/v1"))) {
      return Optional.of("foreign kind");
    }
    if (policies().stream().anyMatch(policy -> !object(policy, "metadata").has("namespace"))) {
      return Optional.of("no namespace");
    }
    if (addresses().stream().anyMatch(address -> address.contains(":"))) {
      return Optional.of("IPv6");
    }
    boolean asksCache = kind().equals("nodelocal");
    if (cacheIsKubeDns) {
      return asksCache ? Optional.empty() : Optional.of("does not query the cache");
    }
    return asksCache && !text(destination(), "ip").equals(CACHE)
        ? Optional.of("cache at " + text(destination(), "ip"))
        : Optional.empty();
  }

  /** Returns whether it queries two pods of CoreDNS behind kube-dns, which any cluster has. */
  boolean asksClusterDns() {
    String namespace = text(destination(), "namespace");
    boolean untouched =
        namespace.equals("kube-system")
            && !text(source(), "namespace").equals(namespace)
            && Set.of(NAME_LABEL).containsAll(object(namespaces(), namespace).keySet())
            && policies().stream()
                .noneMatch(
                    policy -> text(object(policy, "metadata"), "namespace").equals(namespace));
    return untouched
        && backends().size() == 1
        && backends().stream().allMatch(WrittenCase::isCoreDns)
        && objects(service(), "ports")
            .allMatch(port -> !port.has("targetPort") || text(port, "targetPort").equals("53"));
  }

  private static boolean isCoreDns(JsonObject pod) {
    Map<String, String> ports = Map.of("dns", "53", "dns-tcp", "53", "metrics", "9153");
    return object(pod, "labels").toString().equals("{\"k8s-app\":\"kube-dns\"}")
        && !flag(pod, "hostNetwork")
        && objects(pod, "ports").count() == ports.size()
        && objects(pod, "ports")
            .allMatch(port -> text(port, "containerPort").equals(ports.get(text(port, "name"))));
  }
}
