package io.github.dnsonde.bench;

import static java.util.stream.Collectors.joining;

import io.github.dnsonde.kube.FakeApiServer;
import io.github.dnsonde.testkit.PodNetworks;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A large cluster at an API server, as objects of the size that real ones have: with managed
 * fields, annotations, containers and conditions, most of which the agent does not need. The pods
 * are those of one node.
 */
final class ServedCluster {

  static final String NODE = "node-1";

  private static final int NAMESPACES = 500;
  private static final int SPARES = 10;

  private static final String NAMESPACES_PATH = "/api/v1/namespaces";
  private static final String PODS_PATH = "/api/v1/pods";
  private static final String SERVICES_PATH = "/api/v1/services";
  private static final String SLICES_PATH = "/apis/discovery.k8s.io/v1/endpointslices";
  private static final String POLICIES_PATH = "/apis/networking.k8s.io/v1/networkpolicies";
  private static final String SYSTEM = "kube-system";

  /** The policies of a namespace: the specifications by name. */
  private static final Map<String, String> POLICIES =
      Map.of(
          "default-deny",
          "\"podSelector\": {}, \"policyTypes\": [\"Ingress\", \"Egress\"]",
          "allow-dns",
          egress(""),
          "app-0-out",
          egress("\"app\": \"app-0\""),
          "app-1-out",
          egress("\"app\": \"app-1\""),
          "app-0-in",
          """
          "podSelector": {"matchLabels": {"app": "app-0"}}, "policyTypes": ["Ingress"],
          "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "app-1"}}},
              {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.96.0.0/12"]}}],
            "ports": [{"protocol": "TCP", "port": 8080}, {"protocol": "TCP", "port": "metrics"}]}]\
          """);

  private final FakeApiServer api;
  private int vantages;
  private int pods;

  /** Creates the network of a pod, in a file of this name. */
  interface NetworkPlugin {
    void add(String file, InetAddress address) throws IOException;
  }

  /** Creates everything but the pods. */
  ServedCluster(FakeApiServer api) {
    this.api = api;
    api.document(
        "/apis", "{\"groups\": [{\"name\": \"apps\"}, {\"name\": \"networking.k8s.io\"}]}");
    api.put(NAMESPACES_PATH, namespace(SYSTEM));
    IntStream.range(0, NAMESPACES).mapToObj(ServedCluster::team).forEach(this::addNamespace);
    addDns();
  }

  static String kubeconfig(String url) {
    return """
    apiVersion: v1
    kind: Config
    current-context: bench
    clusters: [{name: bench, cluster: {server: "%s"}}]
    users: [{name: bench, user: {token: none}}]
    contexts: [{name: bench, context: {cluster: bench, user: bench}}]
    """
        .formatted(url);
  }

  /**
   * Returns a configuration with listed servers and no endpoints: all queries are from the pods.
   */
  static String configuration(Path networks, Path kubeconfig) {
    return """
    mode: node
    vantage: {namespace: dnsonde, workload: dnsonde, node: %1$s}
    cluster: {dns: [%4$s], detect-interception: false}
    kubernetes: {kubeconfig: %2$s}
    pods: {network-namespaces: [%3$s]}
    servers:
      - {name: kube-dns, address: %4$s}
      - {name: node-local-dns, address: %5$s}
    http: {metrics: "127.0.0.1:0", api: "127.0.0.1:0"}
    """
        .formatted(NODE, kubeconfig, networks, PodNetworks.KUBE_DNS, PodNetworks.NODE_LOCAL);
  }

  private static String team(int number) {
    return "team-%03d".formatted(number);
  }

  private static String egress(String selected) {
    return """
    "podSelector": {"matchLabels": {%s}}, "policyTypes": ["Egress"],
    "egress": [{"to": [{"podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}},
        {"ipBlock": {"cidr": "169.254.20.10/32"}}],
      "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]}]\
    """
        .formatted(selected);
  }

  private void addNamespace(String name) {
    api.put(NAMESPACES_PATH, namespace(name));
    POLICIES.forEach(
        (policy, spec) ->
            api.put(
                POLICIES_PATH,
                object("networking.k8s.io/v1", "NetworkPolicy", name, policy, "", spec, "")));
  }

  private static String namespace(String name) {
    return """
    {"apiVersion": "v1", "kind": "Namespace",
     "metadata": {"name": "%1$s", "uid": "7f8a1c52-59a1-4fb2-9c1c-0c8b2f6f1d11",
       "creationTimestamp": "2026-01-01T00:00:00Z",
       "labels": {"kubernetes.io/metadata.name": "%1$s", "env": "prod", "team": "%1$s"}},
     "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
    """
        .formatted(name);
  }

  private void addDns() {
    api.put(
        SERVICES_PATH,
        object(
            "v1",
            "Service",
            SYSTEM,
            "kube-dns",
            "",
            """
            "clusterIP": "%1$s", "clusterIPs": ["%1$s"], "selector": {"k8s-app": "kube-dns"},
            "ports": [{"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
              {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53}]\
            """
                .formatted(PodNetworks.KUBE_DNS),
            ""));
    api.put(
        SLICES_PATH,
        """
        {"metadata": {"namespace": "kube-system", "name": "kube-dns-abcde",
           "labels": {"kubernetes.io/service-name": "kube-dns"}},
         "addressType": "IPv4",
         "endpoints": [{"addresses": ["10.244.200.1"], "conditions": {"ready": true},
           "targetRef": {"kind": "Pod", "namespace": "kube-system", "name": "coredns-1"}}],
         "ports": [{"name": "dns", "port": 53, "protocol": "UDP"},
           {"name": "dns-tcp", "port": 53, "protocol": "TCP"}]}
        """);
    addPod(SYSTEM, "coredns-1", "kube-dns", "node-2", "10.244.200.1");
  }

  /** Forgets the version for the watches of policies, so that all are listed again. */
  void forgetPolicies() {
    api.say(
        POLICIES_PATH,
        """
        {"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "too old"}}\
        """);
  }

  /**
   * Sends a bookmark to every watch each minute, as API servers do; an agent would otherwise take
   * the silence of a quiet cluster for a dead connection. Close the result to stop.
   */
  ScheduledExecutorService bookmarks() {
    ScheduledExecutorService bookmarks = Executors.newSingleThreadScheduledExecutor();
    Future<?> _ = bookmarks.scheduleAtFixedRate(this::bookmark, 1, 1, TimeUnit.MINUTES);
    return bookmarks;
  }

  private void bookmark() {
    List.of(NAMESPACES_PATH, PODS_PATH, SERVICES_PATH, SLICES_PATH, POLICIES_PATH)
        .forEach(collection -> api.say(collection, "{\"type\": \"BOOKMARK\", \"object\": {}}"));
  }

  /** Returns the number of vantages, without the spare pods. */
  int vantages() {
    return vantages;
  }

  /** Adds pods until there are so many vantages; all pods of a namespace are of one class. */
  void addVantages(int count, NetworkPlugin plugin) throws IOException {
    while (vantages < count) {
      add(team(vantages++), plugin);
    }
  }

  /** Adds second pods of namespaces; call it after the first vantages were added. */
  void addSpares(NetworkPlugin plugin) throws IOException {
    for (int i = 0; i < SPARES; i++) {
      add(team(i), plugin);
    }
  }

  /** Adds a pod. Its network exists before its containers start, as an agent expects. */
  private void add(String namespace, NetworkPlugin plugin) throws IOException {
    String name = "app-2-7d4b9c6f5-%05d".formatted(pods++);
    String address = "10.244.1.%d".formatted(pods);
    plugin.add("p" + pods, InetAddress.ofLiteral(address));
    addPod(namespace, name, "app-2", NODE, address);
  }

  private void addPod(String namespace, String name, String app, String node, String address) {
    String labels =
        "\"app\": \"%1$s\", \"k8s-app\": \"%1$s\", \"pod-template-hash\": \"7d4b9c6f5\""
            .formatted(app);
    String spec =
        """
        "nodeName": "%s", "dnsPolicy": "ClusterFirst", "serviceAccountName": "default",
        "containers": [%s, %s],
        "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists"}]\
        """
            .formatted(node, container("main"), container("proxy"));
    String status =
        """
        , "status": {"phase": "Running", "podIP": "%1$s", "podIPs": [{"ip": "%1$s"}],
          "startTime": "2026-01-01T00:00:00Z",
          "containerStatuses": [{"state": {"running": {"startedAt": "%2$s"}}}],
          "conditions": [{"type": "Ready", "status": "True",
            "lastTransitionTime": "2026-01-01T00:00:03Z"}]}\
        """
            .formatted(address, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    api.put(PODS_PATH, object("v1", "Pod", namespace, name, labels, spec, status));
  }

  private static String container(String name) {
    String environment =
        IntStream.range(0, 12)
            .mapToObj(
                "{\"name\": \"SETTING_%1$d\", \"value\": \"value of setting %1$d\"}"::formatted)
            .collect(joining(", "));
    return """
    {"name": "%s", "image": "registry.example.com/shop/app:1.2.3", "env": [%s],
     "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
     "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
     "volumeMounts": [{"name": "token", "mountPath": "/var/run/secrets"}]}\
    """
        .formatted(name, environment);
  }

  /** Returns an object. Its managed fields make a policy as long as real ones, about 1.7 kB. */
  private static String object(
      String version,
      String kind,
      String namespace,
      String name,
      String labels,
      String spec,
      String status) {
    return """
    {"apiVersion": "%1$s", "kind": "%2$s",
     "metadata": {"namespace": "%3$s", "name": "%4$s",
       "uid": "7f8a1c52-59a1-4fb2-9c1c-0c8b2f6f1d11", "generation": 3,
       "creationTimestamp": "2026-01-01T00:00:00Z",
       "labels": {"app.kubernetes.io/instance": "%3$s", "app.kubernetes.io/managed-by": "Helm",
         "helm.sh/chart": "policies-1.4.2"%8$s%5$s},
       "annotations": {
         "argocd.argoproj.io/tracking-id": "%3$s:networking.k8s.io/%2$s:%3$s/%4$s"},
       "managedFields": [{"manager": "argocd-controller", "operation": "Apply",
         "apiVersion": "%1$s", "time": "2026-03-01T10:00:00Z", "fieldsType": "FieldsV1",
         "fieldsV1": {"f:metadata": {
             "f:annotations": {".": {}, "f:argocd.argoproj.io/tracking-id": {}},
             "f:labels": {".": {}, "f:app.kubernetes.io/instance": {},
               "f:app.kubernetes.io/managed-by": {}, "f:helm.sh/chart": {}}},
           "f:spec": {"f:podSelector": {}, "f:policyTypes": {}, "f:egress": {}, "f:ingress": {}}}},
         {"manager": "kubectl-edit", "operation": "Update", "apiVersion": "%1$s",
          "time": "2026-02-01T10:00:00Z", "fieldsType": "FieldsV1",
          "fieldsV1": {"f:spec": {"f:egress": {}, "f:ingress": {}, "f:policyTypes": {}}}}]},
     "spec": {%6$s}%7$s}
    """
        .formatted(
            version, kind, namespace, name, labels, spec, status, labels.isEmpty() ? "" : ", ");
  }

  /** Returns the notes for a reader of the table. */
  String notes(List<String> jvmOptions, Duration length) {
    return """
    %d NetworkPolicies over %d namespaces, %d pods of the node that are not vantages; 2 servers, 2 names, 2 transports, a \
    period of 10 s and the default budget of 50 queries a second. Memory at the end of %d s, CPU and queries during them, \
    after a start that is not counted; before that, all policies are listed again (410 Gone) while the known ones are kept; scraped every %d s. Java %s (%s), %d processors.\
    """
        .formatted(
            POLICIES.size() * NAMESPACES,
            NAMESPACES,
            SPARES,
            length.toSeconds(),
            AgentProcess.SCRAPE.toSeconds(),
            Runtime.version(),
            String.join(" ", jvmOptions),
            Runtime.getRuntime().availableProcessors());
  }
}
