package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.cluster.ProbePodsView.Found;
import io.github.dnsonde.manifest.Fields;
import java.util.Optional;

/** Reads Deployments, as far as needed to know who owns them and whether they are healthy. */
final class ProbeDeploymentTranslation {

  static final Mask MASK =
      Mask.of(
          "metadata(namespace,name,uid,generation,deletionTimestamp,[labels*],"
              + "[managedFields(manager,operation)]),"
              + "status(observedGeneration,updatedReplicas,[conditions(type,status,message)])");

  private final String manager;

  /**
   * Creates a translation.
   *
   * @param manager the field manager under which the controller applies its Deployments
   */
  ProbeDeploymentTranslation(String manager) {
    this.manager = manager;
  }

  /** Reads one; a Deployment that is too large is not the controller's. */
  Found read(Fields object) {
    Fields metadata = object.object("metadata");
    Optional<String> trouble = trouble(object.object("status"));
    return new Found(
        metadata.text("namespace").orElse(""),
        metadata.text("uid").orElse(""),
        metadata.number("generation").orElse(0),
        isOurs(metadata),
        metadata.has("deletionTimestamp"),
        isSeen(object) && (trouble.isPresent() || hasPod(object.object("status"))),
        trouble);
  }

  /**
   * Labels can be copied along with a manifest, but the server itself records who applied a field.
   */
  private boolean isOurs(Fields metadata) {
    return metadata.map("labels").entrySet().containsAll(ProbeDeployment.MARKS.values().entrySet())
        && metadata
            .objects("managedFields", "manager", manager::equals)
            .anyMatch(entry -> entry.text("operation").filter("Apply"::equals).isPresent());
  }

  private static boolean isSeen(Fields object) {
    int wanted = object.object("metadata").number("generation").orElse(0);
    return object
        .object("status")
        .number("observedGeneration")
        .filter(n -> n >= wanted)
        .isPresent();
  }

  private static boolean hasPod(Fields status) {
    return status.number("updatedReplicas").orElse(0) > 0;
  }

  /** Kubernetes documentation, "Deployments", "Failed Deployment". */
  private static Optional<String> trouble(Fields status) {
    return condition(status, "ReplicaFailure", "True")
        .or(() -> condition(status, "Progressing", "False"));
  }

  private static Optional<String> condition(Fields status, String type, String when) {
    return status.condition(type, when).map(condition -> condition.text("message").orElse(type));
  }
}
