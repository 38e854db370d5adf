package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import io.github.dnsonde.manifest.Names;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Writes Events (API reference, events.k8s.io/v1). It reads none, so it needs no permission to. */
public final class ClusterEvents {

  private static final String GROUP = "events.k8s.io/v1";

  private static final String CONTROLLER = "dnsonde.github.io/controller";

  /** The format of the type MicroTime: always six digits. */
  static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Writes writes;
  private final String instance;

  ClusterEvents(Writes writes, String instance) {
    this.writes = writes;
    this.instance = instance;
  }

  /**
   * The content of an Event.
   *
   * @param policy the NetworkPolicy that it is about; empty if it is about its namespace
   * @param type {@code Warning} or {@code Normal}
   * @param reason a word for machines
   * @param note a text of 1,024 octets at most
   */
  public record Content(Optional<String> policy, String type, String reason, String note) {
    public Content {
      requireNonNull(policy, "policy is null");
      requireNonNull(type, "type is null");
      requireNonNull(reason, "reason is null");
      requireNonNull(note, "note is null");
    }
  }

  /** The result of a change. */
  public sealed interface Answer {

    /** The change was made. */
    record Made() implements Answer {}

    /** There is an Event of this name, so none was created. */
    record Exists() implements Answer {}

    /** There is no such Event, or no such namespace. */
    record Missing() implements Answer {}

    /**
     * The server will not make this change.
     *
     * @param forbidden whether that is for a missing permission, a quota or another plug-in
     * @param why in the server's words
     */
    record Refused(boolean forbidden, String why) implements Answer {}
  }

  /**
   * Creates an Event.
   *
   * @throws IOException if the server fails, is busy, or cannot be reached
   */
  public Answer create(NamespacedName name, Content content, Instant time) throws IOException {
    JsonObject metadata = new JsonObject();
    metadata.addProperty("namespace", name.namespace());
    metadata.addProperty("name", name.name());
    JsonObject event = new JsonObject();
    event.addProperty("apiVersion", GROUP);
    event.addProperty("kind", "Event");
    event.add("metadata", metadata);
    event.addProperty("eventTime", MICRO_TIME.format(time));
    event.addProperty("reportingController", CONTROLLER);
    event.addProperty("reportingInstance", instance);
    event.addProperty("action", "QueryDNS");
    event.addProperty("reason", content.reason());
    event.addProperty("type", content.type());
    event.addProperty("note", content.note());
    event.add("regarding", regarding(name.namespace(), content.policy()));
    return answer(name, () -> writes.create(collection(name.namespace()), event, Mask.of("kind")));
  }

  /** An Event's object must have a namespace, and the same: also a Namespace, which has none. */
  private static JsonObject regarding(String namespace, Optional<String> policy) {
    JsonObject regarding = new JsonObject();
    regarding.addProperty("apiVersion", policy.isPresent() ? "networking.k8s.io/v1" : "v1");
    regarding.addProperty("kind", policy.isPresent() ? "NetworkPolicy" : "Namespace");
    regarding.addProperty("namespace", namespace);
    regarding.addProperty("name", policy.orElse(namespace));
    return regarding;
  }

  /**
   * Notes that what an Event is about was observed again. The server allows no other change.
   *
   * @param count the number of observations so far, two or more
   * @throws IOException if the server fails, is busy, or cannot be reached
   */
  public Answer repeat(NamespacedName name, int count, Instant time) throws IOException {
    JsonObject series = new JsonObject();
    series.addProperty("count", count);
    series.addProperty("lastObservedTime", MICRO_TIME.format(time));
    JsonObject patch = new JsonObject();
    patch.add("series", series);
    return answer(
        name, () -> writes.merge(collection(name.namespace()) + "/" + name.name(), patch));
  }

  private static String collection(String namespace) {
    return "/apis/" + GROUP + "/namespaces/" + namespace + "/events";
  }

  private static Answer answer(NamespacedName name, Change change) throws IOException {
    if (!Names.isDnsLabel(name.namespace()) || !Names.isSubdomain(name.name())) {
      return new Answer.Refused(false, "not a name of an Event: " + name);
    }
    try {
      change.make();
      return new Answer.Made();
    } catch (StatusException status) {
      if (status.isConflict()) {
        return new Answer.Exists();
      }
      if (status.isNotFound()) {
        return new Answer.Missing();
      }
      if (status.isRefusal() && !status.isOfServer()) {
        return new Answer.Refused(status.isForbidden(), String.valueOf(status.getMessage()));
      }
      throw status;
    }
  }

  private interface Change {
    void make() throws IOException;
  }
}
