package io.github.dnsonde.policy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ends of a case as Cilium's engine takes them. An end that Cilium may treat in several ways
 * gives one case for each.
 */
record CiliumCaseEnds(JsonObject known) {

  private JsonObject destination() {
    return known.getAsJsonObject("destination");
  }

  private JsonObject pod() {
    return known.getAsJsonObject("pod");
  }

  private List<JsonObject> backends() {
    return destination().has("pods")
        ? destination().getAsJsonArray("pods").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .toList()
        : List.of();
  }

  /** The cases for the policies of the querying pod. */
  List<JsonObject> egress() {
    JsonObject from = endpoint(pod(), text(pod(), "namespace"));
    return targets().map(to -> asked(from, to)).toList();
  }

  private Stream<JsonObject> targets() {
    boolean byAddress = text(destination(), "via").equals("ip");
    Stream<JsonObject> pods = backends().stream().map(pod -> end(pod, pod()));
    if (!byAddress) {
      return pods;
    }
    JsonObject world = new JsonObject();
    world.addProperty("kind", "world");
    world.add("address", destination().get("ip"));
    return Stream.concat(pods, Stream.of(world));
  }

  /** The cases for the policies of the queried pods. */
  List<JsonObject> ingress() {
    return backends().stream()
        .filter(pod -> !onNode(pod))
        .filter(pod -> !isFromItsNode(pod))
        .map(
            pod ->
                asked(
                    onNode(pod()) ? node(pod(), pod) : endpoint(pod(), text(pod(), "namespace")),
                    endpoint(pod, text(destination(), "namespace"))))
        .toList();
  }

  private boolean isFromItsNode(JsonObject pod) {
    return onNode(pod()) && text(pod(), "node").equals(text(pod, "node"));
  }

  private JsonObject asked(JsonObject from, JsonObject to) {
    JsonObject asked = new JsonObject();
    asked.add("policies", known.get("policies"));
    asked.add("from", from);
    asked.add("to", to);
    asked.addProperty("protocol", text(known, "protocol").toUpperCase(java.util.Locale.ROOT));
    asked.addProperty("port", port());
    return asked;
  }

  private int port() {
    return destination().has("service")
        ? destination()
            .getAsJsonObject("service")
            .getAsJsonArray("ports")
            .get(0)
            .getAsJsonObject()
            .get("targetPort")
            .getAsInt()
        : 53;
  }

  private JsonObject end(JsonObject pod, JsonObject self) {
    return onNode(pod) ? node(pod, self) : endpoint(pod, text(destination(), "namespace"));
  }

  private static JsonObject node(JsonObject pod, JsonObject self) {
    JsonObject end = new JsonObject();
    end.addProperty("kind", text(pod, "node").equals(text(self, "node")) ? "host" : "remote-node");
    return end;
  }

  private JsonObject endpoint(JsonObject pod, String namespace) {
    JsonObject labels =
        known.getAsJsonObject("namespaces").has(namespace)
            ? known.getAsJsonObject("namespaces").getAsJsonObject(namespace).deepCopy()
            : new JsonObject();
    labels.addProperty("kubernetes.io/metadata.name", namespace);
    JsonObject end = new JsonObject();
    end.addProperty("kind", "pod");
    end.addProperty("namespace", namespace);
    end.add("labels", pod.get("labels"));
    end.add("namespaceLabels", labels);
    JsonArray ports = new JsonArray();
    if (pod.has("ports")) {
      for (JsonElement port : pod.getAsJsonArray("ports")) {
        JsonObject named = new JsonObject();
        named.add("name", port.getAsJsonObject().get("name"));
        named.add("number", port.getAsJsonObject().get("containerPort"));
        named.add("protocol", port.getAsJsonObject().get("protocol"));
        ports.add(named);
      }
    }
    end.add("ports", ports);
    return end;
  }

  private static boolean onNode(JsonObject pod) {
    return pod.has("hostNetwork") && pod.get("hostNetwork").getAsBoolean();
  }

  private static String text(JsonObject object, String name) {
    return object.has(name) ? object.get(name).getAsString() : "";
  }
}
