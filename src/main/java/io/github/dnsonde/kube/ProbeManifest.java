package io.github.dnsonde.kube;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.cluster.ProbePodsView.Found;
import java.util.Optional;
import java.util.TreeMap;

/** Writes the Deployment in the API's format (Kubernetes API reference, Deployment). */
final class ProbeManifest {

  /**
   * The smallest Deployment that Pod Security's profile restricted accepts. The strategy is
   * Recreate so that there is one pod and never two, and a quota counts one. It has limits of both
   * kinds, because a quota of limits rejects pods without. The limits are large enough to start a
   * container.
   */
  private static final String MANIFEST =
      """
      {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {},
        "spec": {
          "replicas": 1,
          "revisionHistoryLimit": 1,
          "strategy": {"type": "Recreate"},
          "selector": {},
          "template": {
            "metadata": {"annotations": {"linkerd.io/inject": "disabled"}},
            "spec": {
              "automountServiceAccountToken": false,
              "enableServiceLinks": false,
              "terminationGracePeriodSeconds": 1,
              "nodeSelector": {"kubernetes.io/os": "linux"},
              "securityContext": {
                "runAsNonRoot": true,
                "runAsUser": 65534,
                "seccompProfile": {"type": "RuntimeDefault"}
              }
            }
          }
        }
      }
      """;

  private static final String CONTAINER =
      """
      {
        "name": "pause",
        "imagePullPolicy": "IfNotPresent",
        "resources": {
          "requests": {"cpu": "1m", "memory": "8Mi"},
          "limits": {"cpu": "50m", "memory": "32Mi"}
        },
        "securityContext": {
          "allowPrivilegeEscalation": false,
          "readOnlyRootFilesystem": true,
          "capabilities": {"drop": ["ALL"]}
        }
      }
      """;

  private ProbeManifest() {}

  /**
   * Returns the complete manifest.
   *
   * @param before the Deployment to change: no other of its name is changed
   */
  static JsonObject of(ProbeDeployment wanted, Optional<Found> before) {
    JsonObject manifest = JsonParser.parseString(MANIFEST).getAsJsonObject();
    JsonObject metadata = manifest.getAsJsonObject("metadata");
    metadata.addProperty("name", ProbeDeployment.NAME);
    metadata.addProperty("namespace", wanted.namespace());
    before.ifPresent(found -> metadata.addProperty("uid", found.uid()));
    metadata.add("labels", json(ProbeDeployment.MARKS));
    JsonObject spec = manifest.getAsJsonObject("spec");
    spec.getAsJsonObject("selector").add("matchLabels", json(ProbeDeployment.MARKS));
    JsonObject template = spec.getAsJsonObject("template");
    template.getAsJsonObject("metadata").add("labels", json(wanted.podLabels()));
    template.getAsJsonObject("spec").add("containers", containers(wanted.image()));
    return manifest;
  }

  private static JsonArray containers(String image) {
    JsonObject container = JsonParser.parseString(CONTAINER).getAsJsonObject();
    container.addProperty("image", image);
    JsonArray containers = new JsonArray();
    containers.add(container);
    return containers;
  }

  private static JsonObject json(Labels labels) {
    JsonObject json = new JsonObject();
    new TreeMap<>(labels.values()).forEach(json::addProperty);
    return json;
  }
}
