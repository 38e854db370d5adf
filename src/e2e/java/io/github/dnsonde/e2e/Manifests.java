package io.github.dnsonde.e2e;

import java.util.List;

/** The objects to create in the cluster: the teams' workloads, and the policies of the incident. */
final class Manifests {

  /** The team whose policy is wrong. */
  static final String VICTIM = "payments";

  static final List<String> NEIGHBOURS = List.of("shop", "analytics");

  private Manifests() {}

  static String namespace(String name, String labels) {
    return """
    apiVersion: v1
    kind: Namespace
    metadata: {name: %s, labels: {%s}}
    """
        .formatted(name, labels);
  }

  /** Returns policies of other kinds: for other namespaces, for other pods, or for ingress. */
  static String ofOtherKinds() {
    return """
    apiVersion: crd.projectcalico.org/v1
    kind: GlobalNetworkPolicy
    metadata: {name: elsewhere}
    spec: {namespaceSelector: "projectcalico.org/name == 'elsewhere'", types: [Egress]}
    ---
    apiVersion: crd.projectcalico.org/v1
    kind: NetworkPolicy
    metadata: {name: default.metrics, namespace: kube-system}
    spec: {selector: k8s-app == 'metrics-server', types: [Ingress]}
    ---
    apiVersion: cilium.io/v2
    kind: CiliumClusterwideNetworkPolicy
    metadata: {name: elsewhere}
    spec: {endpointSelector: {matchLabels: {app: other}}, egress: []}
    """;
  }

  /** Returns plain pods, spread over the nodes, in a separate namespace. */
  static String workload(String namespace, int replicas, String image) {
    return namespace(namespace, "dnsonde-e2e: workload")
        + """
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: %1$s}
        spec:
          replicas: %2$d
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 0
              automountServiceAccountToken: false
              topologySpreadConstraints:
                - maxSkew: 1
                  topologyKey: kubernetes.io/hostname
                  whenUnsatisfiable: DoNotSchedule
                  labelSelector: {matchLabels: {app: web}}
              containers:
                - {name: web, image: "%3$s", imagePullPolicy: IfNotPresent, command: [sleep, "86400"]}
        """
            .formatted(namespace, replicas, image);
  }

  /** Returns the change that caused the incident: ingress is allowed, egress forgotten. */
  static String denied() {
    return denied(VICTIM);
  }

  static String denied(String namespace) {
    return policy(namespace, "default-deny", "[Ingress, Egress]", "ingress: [{}]");
  }

  /** Returns the first attempt to fix it, which assumes that DNS is only UDP. */
  static String udpOnly() {
    return policy(
        "allow-dns", "[Egress]", "egress: [{to: [" + KUBE_DNS + "], ports: [" + UDP + "]}]");
  }

  /**
   * Returns the second attempt: resolv.conf lists a Service, but pods also query a cache on the
   * node.
   */
  static String withoutNodeLocal() {
    return policy(
        "allow-dns",
        "[Egress]",
        "egress: [{to: [" + KUBE_DNS + "], ports: [" + UDP + ", " + TCP + "]}]");
  }

  private static final String KUBE_DNS =
      "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}},"
          + " podSelector: {matchLabels: {k8s-app: kube-dns}}}";
  private static final String UDP = "{protocol: UDP, port: 53}";
  private static final String TCP = "{protocol: TCP, port: 53}";

  private static String policy(String name, String types, String rules) {
    return policy(VICTIM, name, types, rules);
  }

  private static String policy(String namespace, String name, String types, String rules) {
    return """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: %s, namespace: %s}
    spec: {podSelector: {}, policyTypes: %s, %s}
    """
        .formatted(name, namespace, types, rules);
  }
}
