package io.github.dnsonde.kube;

import com.sun.net.httpserver.HttpExchange;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The pods of a large cluster, written on request, in pages and in watches. Each is as long as a
 * real one; none is kept.
 *
 * @param nodes the number of nodes
 * @param perNode the number of pods of a node
 */
public record ManyPods(int nodes, int perNode) {

  private static final int NAMESPACES = 500;
  private static final int NAMESPACES_OF_A_NODE = 50;
  private static final String PATH = "/api/v1/pods";
  private static final int VERSION = 1_000_000;

  /** The time between two events of a watch: statuses and leases change all the time. */
  private static final long EVENT_MILLIS = 20;

  private static final String ENVIRONMENT =
      IntStream.range(0, 12)
          .mapToObj("{\"name\": \"SETTING_%1$d\", \"value\": \"value of setting %1$d\"}"::formatted)
          .collect(Collectors.joining(", "));

  private static final String CONTAINER =
      """
      {"name": "main", "image": "registry.example.com/shop/app:1.2.3", "env": [%s],
       "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
       "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
       "volumeMounts": [{"name": "token", "mountPath": "/var/run/secrets"}]}\
      """
          .formatted(ENVIRONMENT);

  /** Makes a controller's API server serve them. */
  public void servedBy(ControllerApi api) {
    api.server().fail(FakeApiServer.listing(PATH), Integer.MAX_VALUE, this::list);
    api.server().fail(FakeApiServer.watching(PATH), Integer.MAX_VALUE, this::watch);
  }

  /** The name of a node. */
  public static String node(int number) {
    return "node-%04d".formatted(number);
  }

  /** A pod of a node. */
  public static NamespacedName pod(int node, int number) {
    return new NamespacedName(
        "team-%03d".formatted((node * 37 + number % NAMESPACES_OF_A_NODE * 10) % NAMESPACES),
        "app-%d-7d4b9c6f5-%04d%03d".formatted(number % 4, node, number));
  }

  private int size() {
    return nodes * perNode;
  }

  private void list(HttpExchange exchange) throws IOException {
    Map<String, String> parameters = parameters(exchange);
    String path = exchange.getRequestURI().getPath();
    int from = Integer.parseInt(parameters.getOrDefault("continue", "0"));
    int to = Math.min(size(), from + Integer.parseInt(parameters.getOrDefault("limit", "500")));
    FakeApiServer.stream(exchange, out -> page(path, from, to, out));
  }

  private static Map<String, String> parameters(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    return Arrays.stream((query == null ? "" : query).split("&", -1))
        .map(parameter -> parameter.split("=", 2))
        .filter(halves -> halves.length == 2)
        .collect(
            Collectors.toMap(
                halves -> halves[0],
                halves -> URLDecoder.decode(halves[1], StandardCharsets.UTF_8)));
  }

  private void page(String path, int from, int to, Writer out) throws IOException {
    out.write("{\"kind\": \"PodList\", \"metadata\": {\"resourceVersion\": \"" + VERSION + "\"");
    out.write(to < size() ? ", \"continue\": \"" + to + "\"" : "");
    out.write("}, \"items\": [");
    String separator = "";
    for (int i = from; i < to; i++) {
      String namespace = pod(i / perNode, i % perNode).namespace();
      if (path.equals(PATH) || path.contains("/namespaces/" + namespace + "/")) {
        out.write(separator + object(i, VERSION));
        separator = ",";
      }
    }
    out.write("]}");
  }

  private void watch(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.flush();
      for (int event = 0; true; event++) {
        TimeUnit.MILLISECONDS.sleep(EVENT_MILLIS);
        if (size() > 0) {
          out.write(changed(event).getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
      }
    }
  }

  private String changed(int event) {
    String pod = object((int) (event * 997L % size()), VERSION + 1 + event).replace("\n", " ");
    return "{\"type\": \"MODIFIED\", \"object\": " + pod + "}\n";
  }

  private String object(int index, int version) {
    int node = index / perNode;
    int number = index % perNode;
    NamespacedName pod = pod(node, number);
    return """
    {"metadata": {"namespace": "%1$s", "name": "%2$s", "resourceVersion": "%3$d",
       "uid": "7f8a1c52-59a1-4fb2-9c1c-0c8b2f6f1d11", "creationTimestamp": "2026-01-01T00:00:00Z",
       "labels": {"app": "app-%4$d", "app.kubernetes.io/instance": "%1$s",
         "pod-template-hash": "7d4b9c6f5"},
       "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet",
         "name": "app-%4$d-7d4b9c6f5", "controller": true}],
       "managedFields": [{"manager": "kubelet", "operation": "Update", "apiVersion": "v1",
         "time": "2026-03-01T10:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:status": {
           "f:conditions": {"k:{\\"type\\":\\"Ready\\"}": {".": {}, "f:status": {}}},
           "f:podIPs": {}, "f:startTime": {}}}, "subresource": "status"}]},
     "spec": {"nodeName": "%5$s", "dnsPolicy": "ClusterFirst", "containers": [%6$s, %6$s]},
     "status": {"phase": "Running", "podIP": "10.%7$d.%8$d.%9$d",
       "podIPs": [{"ip": "10.%7$d.%8$d.%9$d"}], "startTime": "2026-01-01T00:00:00Z",
       "conditions": [{"type": "Ready", "status": "True",
         "lastTransitionTime": "2026-01-01T00:00:03Z"}]}}\
    """
        .formatted(
            pod.namespace(),
            pod.name(),
            version,
            number % 4,
            node(node),
            CONTAINER,
            64 + node / 256,
            node % 256,
            number + 2);
  }
}
