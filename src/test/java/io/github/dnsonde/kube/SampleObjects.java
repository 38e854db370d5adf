package io.github.dnsonde.kube;

/** Objects of a small cluster in the API's format, some with fields of a later version. */
final class SampleObjects {

  static final String PODS = "/api/v1/pods";
  static final String NAMESPACES = "/api/v1/namespaces";
  static final String SERVICES = "/api/v1/services";
  static final String POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";
  static final String SLICES = "/apis/discovery.k8s.io/v1/endpointslices";
  static final String DAEMON_SETS = "/apis/apps/v1/daemonsets";

  private SampleObjects() {}

  /** A namespace with two pods, one of which is on node-1, a policy, and the cluster's DNS. */
  static void fill(FakeApiServer server) {
    server.document("/apis", "{\"groups\": [{\"name\": \"apps\"}]}");
    server.put(NAMESPACES, namespace("payments"));
    server.put(PODS, pod("payments", "api-1", "node-1", "10.244.1.7"));
    server.put(PODS, pod("payments", "api-2", "node-2", "10.244.2.7"));
    server.put(PODS, dnsPod("coredns-1", "node-2", "10.244.2.2", "kube-dns"));
    server.put(SERVICES, service("kube-dns"));
    server.put(SLICES, slice());
    server.put(POLICIES, policy("payments", "deny", "{}"));
  }

  static String namespace(String name) {
    return """
    {"metadata": {"name": "%s", "labels": {"kubernetes.io/metadata.name": "%1$s"}}}
    """
        .formatted(name);
  }

  static String pod(String namespace, String name, String node, String address) {
    return """
    {"metadata": {"namespace": "%s", "name": "%s", "ownerReferences": null, "fromTomorrow": [{}]},
     "spec": {"nodeName": "%s", "containers": null, "fromTomorrow": {"a": null}},
     "status": {"phase": "Running", "podIPs": [{"ip": "%s", "fromTomorrow": 1}], "conditions": null}}
    """
        .formatted(namespace, name, node, address);
  }

  static String dnsPod(String name, String node, String address, String label) {
    return """
    {"metadata": {"namespace": "kube-system", "name": "%s", "labels": {"k8s-app": "%s"}},
     "spec": {"nodeName": "%s"}, "status": {"podIP": "%s"}}
    """
        .formatted(name, label, node, address);
  }

  static String service(String selected) {
    return """
    {"metadata": {"namespace": "kube-system", "name": "kube-dns"},
     "spec": {"clusterIP": "10.96.0.10", "selector": {"k8s-app": "%s"}, "ports": [
       {"name": "dns", "protocol": "UDP", "port": 53, "targetPort": 5353},
       {"name": "dns-tcp", "port": 53, "targetPort": "dns-tcp"},
       {"name": "metrics", "port": 9153}]}}
    """
        .formatted(selected);
  }

  static String slice() {
    return """
    {"metadata": {"namespace": "kube-system", "name": "kube-dns-x",
       "labels": {"kubernetes.io/service-name": "kube-dns"}},
     "endpoints": [{"addresses": ["10.244.2.2"], "conditions": {"ready": true},
       "targetRef": {"kind": "Pod", "name": "coredns-1"}}],
     "ports": [{"name": "metrics", "port": 9153}, {"name": "dns-tcp", "port": 5353},
       {"name": "dns", "protocol": "UDP", "port": 5353}]}
    """;
  }

  static String policy(String namespace, String name, String spec) {
    return """
    {"metadata": {"namespace": "%s", "name": "%s"}, "spec": %s}
    """
        .formatted(namespace, name, spec);
  }
}
