package io.github.dnsonde.controller;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.kube.ControllerApi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Asks a webhook as an API server does: by HTTPS, trusting the registered authorities alone. */
final class AskingApiServer implements AutoCloseable {

  static final String POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";
  static final String NAMESPACES = "/api/v1/namespaces";
  static final String DENY = "{\"podSelector\": {}, \"policyTypes\": [\"Egress\"]}";
  static final String ALLOW =
      """
      {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": [{"namespaceSelector": {}}],
       "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}]}
      """;

  private static final AtomicInteger UIDS = new AtomicInteger();

  private final OkHttpClient client;
  private final InetSocketAddress address;

  /**
   * The answer to a question.
   *
   * @param message the refusal; empty if it is allowed
   */
  record Answer(boolean allowed, String message, List<String> warnings, String verdict) {}

  /** A response of the listener. */
  record Reply(int status, String body) {}

  AskingApiServer(String authorities, InetSocketAddress address) throws Exception {
    this.address = address;
    TrustManagerFactory managers = trusting(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    this.client =
        new OkHttpClient.Builder()
            .dns(_ -> List.of(InetAddress.getLoopbackAddress()))
            .sslSocketFactory(
                context.getSocketFactory(), (X509TrustManager) managers.getTrustManagers()[0])
            .callTimeout(Duration.ofSeconds(20))
            .build();
  }

  private static TrustManagerFactory trusting(String authorities)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    int number = 0;
    for (Certificate each :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(authorities.getBytes(StandardCharsets.US_ASCII)))) {
      trusted.setCertificateEntry("ca-" + number++, each);
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    return managers;
  }

  /** Fills an API server with a cluster: kube-dns, and pods in the namespace payments. */
  static void cluster(ControllerApi api, int pods) {
    for (String name : List.of("kube-system", "payments", "control")) {
      api.put(
          NAMESPACES,
          """
          {"metadata": {"name": "%s", "labels": {"kubernetes.io/metadata.name": "%s"}}}
          """
              .formatted(name, name));
    }
    api.put(
        "/api/v1/services",
        """
        {"metadata": {"namespace": "kube-system", "name": "kube-dns"}, "spec": {"clusterIP":
         "10.96.0.10", "selector": {"k8s-app": "kube-dns"}, "ports": [{"name": "dns", "port": 53,
         "protocol": "UDP"}, {"name": "dns-tcp", "port": 53, "protocol": "TCP"}]}}
        """);
    pod(api, "kube-system", "coredns-1", "k8s-app", "kube-dns", "10.244.0.2");
    for (int i = 1; i <= pods; i++) {
      pod(api, "payments", "api-" + i, "app", "api", "10.244.1." + i);
    }
  }

  private static void pod(
      ControllerApi api, String namespace, String name, String key, String value, String ip) {
    api.put(
        "/api/v1/pods",
        """
        {"metadata": {"namespace": "%s", "name": "%s", "labels": {"%s": "%s"}},
         "spec": {"nodeName": "node-a"}, "status": {"phase": "Running", "podIP": "%s"}}
        """
            .formatted(namespace, name, key, value, ip));
  }

  /** A policy as JSON. */
  static String policy(String name, String spec, String annotations) {
    return """
    {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata":
     {"namespace": "payments", "name": "%s", "annotations": %s}, "spec": %s}
    """
        .formatted(name, annotations, spec);
  }

  /** Asks about a policy of the namespace payments that is created. */
  Answer create(String name, String spec) throws Exception {
    return ask("CREATE", Optional.of(policy(name, spec, "{}")), Optional.empty(), false);
  }

  /** Asks about the same, which will not be stored. */
  Answer dryRun(String name, String spec) throws Exception {
    return ask("CREATE", Optional.of(policy(name, spec, "{}")), Optional.empty(), true);
  }

  Answer ask(String operation, Optional<String> object, Optional<String> before, boolean dryRun)
      throws Exception {
    return answer(post(review(operation, object, before, dryRun)));
  }

  /** The question, as API servers of Kubernetes 1.33 write it. */
  static String review(
      String operation, Optional<String> object, Optional<String> before, boolean dryRun) {
    JsonObject present =
        JsonParser.parseString(object.or(() -> before).orElseThrow()).getAsJsonObject();
    JsonObject metadata = present.getAsJsonObject("metadata");
    boolean namespace = present.get("kind").getAsString().equals("Namespace");
    return """
    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
      "uid": "705ab4f5-6393-11e8-b7cc-%d", "kind": {"group": "networking.k8s.io", "version": "v1",
      "kind": "NetworkPolicy"}, "resource": {"group": "%s", "version": "v1", "resource": "%s"},
      "requestKind": {"group": "networking.k8s.io", "version": "v1", "kind": "NetworkPolicy"},
      "name": %s, "namespace": %s, "operation": "%s", "userInfo": {"username": "ann", "uid": "7",
      "groups": ["dev", "system:authenticated"], "extra": {"x": ["y"],
      "scopes.authorization.openshift.io": ["user:full"]}}, "object": %s, "oldObject": %s,
      "dryRun": %s, "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1",
      "fieldManager": "kubectl-client-side-apply", "fieldValidation": "Strict"}}}
    """
        .formatted(
            UIDS.incrementAndGet(),
            namespace ? "" : "networking.k8s.io",
            namespace ? "namespaces" : "networkpolicies",
            metadata.get("name"),
            namespace ? metadata.get("name") : metadata.get("namespace"),
            operation,
            object.orElse("null"),
            before.orElse("null"),
            dryRun);
  }

  /** Sends a body to the webhook, by the name that its certificate must have. */
  Reply post(String body) throws IOException {
    Request request =
        new Request.Builder()
            .url(
                "https://dnsonde-controller.control.svc:"
                    + address.getPort()
                    + "/v1/admission?timeout=3s")
            .post(RequestBody.create(body, MediaType.get("application/json")))
            .build();
    try (Response response = client.newCall(request).execute()) {
      return new Reply(response.code(), response.body().string());
    }
  }

  static Answer answer(Reply reply) {
    if (reply.status() != 200) {
      throw new IllegalStateException(reply.status() + " " + reply.body());
    }
    JsonObject response =
        JsonParser.parseString(reply.body()).getAsJsonObject().getAsJsonObject("response");
    List<String> warnings = new ArrayList<>();
    JsonElement some = response.get("warnings");
    if (some instanceof JsonArray array) {
      array.forEach(warning -> warnings.add(warning.getAsString()));
    }
    return new Answer(
        response.get("allowed").getAsBoolean(),
        response.has("status")
            ? response.getAsJsonObject("status").get("message").getAsString()
            : "",
        warnings,
        response.getAsJsonObject("auditAnnotations").get("verdict").getAsString());
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
