package io.github.dnsonde.e2e;

import static io.github.dnsonde.e2e.Manifests.NEIGHBOURS;
import static io.github.dnsonde.e2e.Manifests.VICTIM;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The Events of the release's controller, as kubectl shows them. */
record WrittenEvents(Cluster cluster) {

  private static final String CONTROLLER = "dnsonde.github.io/controller";

  /** One Event, about an object such as {@code NetworkPolicy/default-deny}. */
  record Written(String reason, String about, String note, int count) {}

  /** Returns the Events of a namespace. */
  List<Written> in(String namespace) throws IOException {
    String json = cluster.kubectl("get", "events.events.k8s.io", "-n", namespace, "-o", "json");
    List<Written> written = new ArrayList<>();
    for (JsonElement item :
        JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("items")) {
      JsonObject event = item.getAsJsonObject();
      if (text(event, "reportingController").equals(CONTROLLER)) {
        written.add(written(event));
      }
    }
    return written;
  }

  private static Written written(JsonObject event) {
    JsonObject regarding = event.getAsJsonObject("regarding");
    return new Written(
        text(event, "reason"),
        text(regarding, "kind") + "/" + text(regarding, "name"),
        text(event, "note"),
        event.has("series") ? event.getAsJsonObject("series").get("count").getAsInt() : 1);
  }

  private static String text(JsonObject object, String key) {
    return Optional.ofNullable(object.get(key)).map(JsonElement::getAsString).orElse("");
  }

  /** Returns the latest count of the victim's Event with a reason; 0 if there is none. */
  int count(String reason) throws IOException {
    return in(VICTIM).stream()
        .filter(event -> event.reason().equals(reason))
        .mapToInt(Written::count)
        .max()
        .orElse(0);
  }

  /** Returns true if no Event of the victim names another tenant or a node. */
  boolean nameNobodyElse(List<String> nodes) throws IOException {
    List<String> others = Stream.concat(NEIGHBOURS.stream(), nodes.stream()).toList();
    return in(VICTIM).stream()
        .noneMatch(event -> others.stream().anyMatch(event.toString()::contains));
  }

  /** Returns true if no other tenant has an Event. */
  boolean areOfNobodyElse() throws IOException {
    for (String namespace : NEIGHBOURS) {
      if (!in(namespace).isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
