package io.github.dnsonde.kube;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.ResponseBody;

/**
 * The cluster as the controller uses it: it watches on which node each pod is and in which zone
 * each node, has tokens checked, and keeps its certificates. It needs these permissions:
 *
 * <table>
 * <caption>Permissions</caption>
 * <tr><th>apiGroups</th><th>resources</th><th>verbs</th><th>where</th></tr>
 * <tr><td>authentication.k8s.io</td><td>tokenreviews</td><td>create</td><td>cluster</td></tr>
 * <tr><td>{@code ""}</td><td>pods</td><td>list, watch</td><td>cluster</td></tr>
 * <tr><td>{@code ""}</td><td>nodes</td><td>list, watch</td><td>cluster</td></tr>
 * <tr><td>{@code ""}</td><td>namespaces</td><td>list</td><td>cluster</td></tr>
 * <tr><td>networking.k8s.io</td><td>networkpolicies</td><td>list</td><td>cluster</td></tr>
 * <tr><td>those of {@code cluster.PolicyKind}</td><td>policies of other kinds</td><td>list, watch</td><td>cluster</td></tr>
 * <tr><td>{@code ""}</td><td>services</td><td>list</td><td>the namespace of kube-dns</td></tr>
 * <tr><td>discovery.k8s.io</td><td>endpointslices</td><td>list</td><td>likewise</td></tr>
 * <tr><td>{@code ""}</td><td>one Secret</td><td>get, patch</td><td>its own namespace</td></tr>
 * <tr><td>{@code ""}</td><td>one ConfigMap</td><td>get, patch</td><td>that of the agents</td></tr>
 * <tr><td>events.k8s.io</td><td>events</td><td>create, patch</td><td>cluster, if it writes them</td></tr>
 * </table>
 *
 * <p>If it judges changes before they are stored, it needs those of {@link AdmissionApi}, and may
 * also watch namespaces, NetworkPolicies, and Services of the namespace of kube-dns.
 */
public final class ControllerCluster implements AutoCloseable {

  private static final String MANAGER = "dnsonde-controller";

  /** The manager of the one field of the webhook that the controller sets. */
  private static final String WEBHOOK_MANAGER = "dnsonde-controller-admission";

  private static final String EXTRA = "authentication.kubernetes.io/";

  private static final Mask REVIEW =
      Mask.of(
          "status(authenticated,error,audiences,user(username,[extra("
              + EXTRA
              + "node-name,"
              + EXTRA
              + "pod-name)]))");

  private static final Mask DATA = Mask.of("metadata(resourceVersion),data*");

  private final ApiServer server;
  private final Writes writes;
  private final PodNodes podNodes;
  private final NodeZones nodeZones;
  private final AdmissionApi admission;
  private final Timing timing;
  private final Ticker ticker;
  private final OccasionalDiscovery occasional;
  private Optional<AdmissionObjects> admissionObjects = Optional.empty();

  ControllerCluster(ApiClient client, Timing timing, Ticker ticker) {
    this.server = new ApiServer(client, timing);
    this.timing = timing;
    this.ticker = ticker;
    this.admission = new AdmissionApi(server, new Writes(client, WEBHOOK_MANAGER));
    this.writes = new Writes(client, MANAGER);
    this.podNodes = new PodNodes(server, timing, ticker);
    this.nodeZones = new NodeZones(server, timing, ticker);
    this.occasional = new OccasionalDiscovery(server, timing, ticker);
  }

  /**
   * Finds the API server and the credentials for it; sends no request.
   *
   * @param kubeconfig a file as kubectl reads it; if empty, the credentials that Kubernetes gives
   *     to each container
   * @throws IOException if something is missing or unreadable; the message says what
   */
  public static ControllerCluster open(Optional<Path> kubeconfig) throws IOException {
    return new ControllerCluster(Credentials.found(kubeconfig), Timing.USUAL, Ticker.SYSTEM);
  }

  /** Starts the watches, each with a thread of its own. */
  public void start() {
    podNodes.start();
    nodeZones.start();
  }

  /** Returns true if the pods were listed once. */
  public boolean synced() {
    return podNodes.synced();
  }

  /** The number of pods that are known. */
  public int pods() {
    return podNodes.size();
  }

  /** The node of a pod; empty if the pod is not known, or has no node yet. */
  public Optional<String> nodeOf(NamespacedName pod) {
    return podNodes.nodeOf(pod);
  }

  /** Returns true if a namespace has a pod on a node. */
  public boolean hasPods(String namespace, String node) {
    return podNodes.hasPods(namespace, node);
  }

  /** The zone of a node; empty if it has none, or is not known. */
  public Optional<String> zoneOf(String node) {
    return nodeZones.zone(node);
  }

  /** Returns true if the nodes were listed, and this is none of them. */
  public boolean isGone(String node) {
    return nodeZones.gone(node);
  }

  /** The namespaces with pods, by node. */
  public Map<String, Set<String>> namespacesByNode() {
    return podNodes.namespacesByNode();
  }

  /**
   * Creates a reader of everything that decides on the paths of some namespaces. Once it has read,
   * policies of other kinds are followed, until {@link #rest} finds that no view was made for a
   * while; with {@link #admissionObjects}, they are followed anyway.
   *
   * @param kubeDns the Service of the cluster's DNS
   */
  public NamespaceReader reader(NamespacedName kubeDns) {
    return new NamespaceReader(
        server,
        kubeDns,
        (labels, unlabelled) -> otherKinds(kubeDns.namespace()).of(labels, unlabelled),
        ticker);
  }

  private NamespaceReader.OtherKinds otherKinds(String dnsNamespace) {
    return admissionObjects
        .filter(AdmissionObjects::synced)
        .<NamespaceReader.OtherKinds>map(
            watched ->
                (_, _) -> new NamespaceReader.Others(watched.otherPolicies(), Optional.empty()))
        .orElse((labels, unlabelled) -> occasional.known(dnsNamespace, labels, unlabelled));
  }

  /** Stops to follow policies of other kinds if no view was made for a while. */
  public void rest() {
    occasional.rest();
  }

  /** The time of the API server's last message about the pods. */
  public Optional<Instant> lastHeard() {
    return podNodes.health().lastHeard();
  }

  /** The events of the watches so far, by resource. */
  public Map<String, KubeCluster.Counts> counts() {
    return Map.of(
        ClusterResource.PODS.label(),
        podNodes.health().counts(),
        NodeZones.LABEL,
        nodeZones.health().counts());
  }

  /** The failed lists and watches so far, by resource, with those of {@link #admissionObjects}. */
  public Map<String, Long> errors() {
    Map<String, Long> errors = new HashMap<>();
    counts().forEach((resource, counts) -> errors.put(resource, counts.errors()));
    admissionObjects.ifPresent(
        objects ->
            objects
                .errors()
                .forEach((resource, count) -> errors.merge(resource, count, Long::sum)));
    return errors;
  }

  /**
   * Creates the watch of everything that decides about changes. It is closed with the cluster.
   *
   * @param kubeDns the Service of the cluster's DNS
   */
  public AdmissionObjects admissionObjects(NamespacedName kubeDns) {
    AdmissionObjects objects = new AdmissionObjects(server, timing, ticker, kubeDns);
    admissionObjects = Optional.of(objects);
    return objects;
  }

  /** The requests that the webhook needs. */
  public AdmissionApi admission() {
    return admission;
  }

  /**
   * Has a token checked.
   *
   * @throws IOException if the server gives no verdict; the message says why
   */
  public TokenVerdict review(String token, String audience) throws IOException {
    JsonArray audiences = new JsonArray();
    audiences.add(audience);
    JsonObject spec = new JsonObject();
    spec.addProperty("token", token);
    spec.add("audiences", audiences);
    JsonObject review = new JsonObject();
    review.addProperty("apiVersion", "authentication.k8s.io/v1");
    review.addProperty("kind", "TokenReview");
    review.add("spec", spec);
    Fields status =
        writes
            .create("/apis/authentication.k8s.io/v1/tokenreviews", review, REVIEW)
            .object("status");
    if (!status.flag("authenticated").orElse(false)) {
      return new TokenVerdict.Rejected(status.text("error").orElse("not authenticated"));
    }
    if (!status.texts("audiences").contains(audience)) {
      return new TokenVerdict.Rejected("the API server does not check audiences");
    }
    Fields user = status.object("user");
    return new TokenVerdict.Valid(
        user.text("username").orElse(""), extra(user, "node-name"), extra(user, "pod-name"));
  }

  private static Optional<String> extra(Fields user, String name) {
    List<String> values = user.object("extra").texts(EXTRA + name);
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  /**
   * The content of a Secret or ConfigMap, and the version to replace.
   *
   * @param values by key; of a Secret, decoded
   */
  public record Stored(Map<String, String> values, String version) {
    public Stored {
      values = Map.copyOf(values);
    }
  }

  /** Reads a Secret. */
  public Stored secret(NamespacedName name) throws IOException {
    Stored encoded = stored(path("secrets", name));
    Map<String, String> values = new HashMap<>();
    encoded.values().forEach((key, value) -> values.put(key, decoded(value)));
    return new Stored(values, encoded.version());
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }

  /** Reads a ConfigMap. */
  public Stored configMap(NamespacedName name) throws IOException {
    return stored(path("configmaps", name));
  }

  private Stored stored(String path) throws IOException {
    try (ResponseBody body = ApiServer.answer(server.call(Query.all(path)))) {
      Fields object = ApiServer.object(body, DATA);
      return new Stored(
          object.map("data"), object.object("metadata").text("resourceVersion").orElse(""));
    } catch (StatusException refusal) {
      throw new IOException(path + ": " + refusal.getMessage(), refusal);
    }
  }

  /**
   * Sets the content of a Secret.
   *
   * @throws IOException if somebody has changed it since it was read, or the server fails
   */
  public void replaceSecret(NamespacedName name, Stored before, Map<String, String> values)
      throws IOException {
    Map<String, String> encoded = new HashMap<>();
    values.forEach(
        (key, value) ->
            encoded.put(
                key,
                Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.ISO_8859_1))));
    replace(path("secrets", name), before, encoded);
  }

  /**
   * Sets the content of a ConfigMap.
   *
   * @throws IOException if somebody has changed it since it was read, or the server fails
   */
  public void replaceConfigMap(NamespacedName name, Stored before, Map<String, String> values)
      throws IOException {
    replace(path("configmaps", name), before, values);
  }

  private void replace(String path, Stored before, Map<String, String> values) throws IOException {
    JsonObject data = new JsonObject();
    before.values().keySet().forEach(key -> data.add(key, JsonNull.INSTANCE)); // removes it
    values.forEach(data::addProperty);
    try {
      writes.patchData(path, before.version(), data);
    } catch (StatusException refusal) {
      throw new IOException(path + ": " + refusal.getMessage(), refusal);
    }
  }

  private static String path(String resource, NamespacedName name) {
    return "/api/v1/namespaces/" + name.namespace() + "/" + resource + "/" + name.name();
  }

  /**
   * The Events of the cluster.
   *
   * @param instance a name for this controller, which each Event shows
   */
  public ClusterEvents events(String instance) {
    return new ClusterEvents(writes, instance);
  }

  /** Ends all threads and connections. */
  @Override
  public void close() {
    admissionObjects.ifPresent(AdmissionObjects::close);
    occasional.close();
    podNodes.close();
    nodeZones.close();
    server.close();
  }
}
