package io.github.dnsonde.agent;

import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.util.List;

/** Plain pods of tenants in namespaces of their own, one on each node of a test cluster. */
public final class PodsOnNodes {

  private PodsOnNodes() {}

  /** Runs them, and waits until they are Ready: as long as they have the file /tmp/ready. */
  public static void run(TestCluster cluster, List<String> namespaces) throws IOException {
    for (String namespace : namespaces) {
      cluster.apply(manifests(namespace));
    }
    for (String namespace : namespaces) {
      cluster.kubectl("rollout", "status", "-n", namespace, "daemonset/web", "--timeout=120s");
    }
  }

  /** Deletes the namespaces, and does not wait until they are gone. */
  public static void remove(TestCluster cluster, List<String> namespaces) throws IOException {
    for (String namespace : namespaces) {
      cluster.kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false");
    }
  }

  private static String manifests(String namespace) {
    return """
    apiVersion: v1
    kind: Namespace
    metadata: {name: %1$s}
    ---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: web, namespace: %1$s}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
            - name: web
              image: localhost/busybox:1
              imagePullPolicy: Never
              command: [sh, -c, "touch /tmp/ready; exec sleep 3600"]
              readinessProbe: {exec: {command: [cat, /tmp/ready]}, periodSeconds: 1}
    """
        .formatted(namespace);
  }
}
