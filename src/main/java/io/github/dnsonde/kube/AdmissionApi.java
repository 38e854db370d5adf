package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.dnsonde.cluster.AdmissionRequest.User;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The requests to the API server that the webhook needs: they register its authorities, find out if
 * it is reached, who may override, and until when it judged. It needs these permissions:
 *
 * <table>
 * <caption>Permissions</caption>
 * <tr><th>apiGroups</th><th>resources</th><th>verbs</th><th>where</th></tr>
 * <tr><td>admissionregistration.k8s.io</td><td>one ValidatingWebhookConfiguration</td>
 * <td>get, patch</td><td>cluster</td></tr>
 * <tr><td>authorization.k8s.io</td><td>subjectaccessreviews</td><td>create</td>
 * <td>cluster, if overrides are reviewed</td></tr>
 * <tr><td>networking.k8s.io</td><td>networkpolicies</td><td>create</td><td>its own namespace</td></tr>
 * <tr><td>coordination.k8s.io</td><td>one Lease</td><td>get, patch</td><td>its own namespace</td></tr>
 * </table>
 */
public final class AdmissionApi {

  /** The label by which the chart's configuration has the webhook asked about the test's policy. */
  private static final String TEST_LABEL = "dnsonde.github.io/self-test";

  private static final String CONFIGURATIONS =
      "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/";

  private static final Mask BUNDLES = Mask.of("webhooks(name,clientConfig([caBundle]))");

  private final ApiServer server;
  private final Writes writes;

  AdmissionApi(ApiServer server, Writes writes) {
    this.server = server;
    this.writes = writes;
  }

  /**
   * Registers the authorities that sign the webhook's certificate. It changes the field {@code
   * caBundle} alone, and only where it is another one.
   *
   * @param configuration the name of the ValidatingWebhookConfiguration
   * @param authorities in PEM
   * @return true if something was changed
   * @throws IOException if it cannot be read or changed; the message says why
   */
  public boolean register(String configuration, String authorities) throws IOException {
    String path = CONFIGURATIONS + configuration;
    String bundle = Base64.getEncoder().encodeToString(authorities.getBytes(UTF_8));
    try {
      List<Fields> webhooks = server.get(path, BUNDLES).objects("webhooks").toList();
      boolean same =
          webhooks.stream()
              .allMatch(
                  webhook ->
                      webhook.object("clientConfig").text("caBundle").equals(Optional.of(bundle)));
      if (same) {
        return false;
      }
      writes.apply(path, bundles(configuration, webhooks, bundle), true, Mask.of("kind"));
      return true;
    } catch (StatusException refusal) {
      throw new IOException(path + ": " + refusal.getMessage(), refusal);
    }
  }

  private static JsonObject bundles(String configuration, List<Fields> webhooks, String bundle) {
    JsonArray all = new JsonArray();
    webhooks.stream()
        .flatMap(webhook -> webhook.text("name").stream())
        .forEach(
            name -> {
              JsonObject client = new JsonObject();
              client.addProperty("caBundle", bundle);
              JsonObject webhook = new JsonObject();
              webhook.addProperty("name", name);
              webhook.add("clientConfig", client);
              all.add(webhook);
            });
    JsonObject wanted = object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration");
    JsonObject metadata = new JsonObject();
    metadata.addProperty("name", configuration);
    wanted.add("metadata", metadata);
    wanted.add("webhooks", all);
    return wanted;
  }

  private static JsonObject object(String version, String kind) {
    JsonObject object = new JsonObject();
    object.addProperty("apiVersion", version);
    object.addProperty("kind", kind);
    return object;
  }

  /**
   * Lets the API server check a policy that selects no pods, and not store it: it asks its webhooks
   * about it.
   *
   * @throws IOException if it refuses, or does not answer; the message says why
   */
  public void dryRun(NamespacedName policy) throws IOException {
    JsonObject labels = new JsonObject();
    labels.addProperty(TEST_LABEL, "true");
    JsonObject selector = new JsonObject();
    selector.add("matchLabels", labels);
    JsonArray types = new JsonArray();
    types.add("Ingress");
    JsonObject spec = new JsonObject();
    spec.add("podSelector", selector);
    spec.add("policyTypes", types);
    JsonObject metadata = new JsonObject();
    metadata.addProperty("namespace", policy.namespace());
    metadata.addProperty("name", policy.name());
    metadata.add("labels", labels);
    JsonObject object = object("networking.k8s.io/v1", "NetworkPolicy");
    object.add("metadata", metadata);
    object.add("spec", spec);
    writes.dryRun(
        "/apis/networking.k8s.io/v1/namespaces/" + policy.namespace() + "/networkpolicies", object);
  }

  /**
   * Returns true if a client may override refusals in a namespace.
   *
   * @throws IOException if the server gives no answer; the message says why
   */
  public boolean mayOverride(User user, String namespace) throws IOException {
    JsonObject attributes = new JsonObject();
    attributes.addProperty("namespace", namespace);
    attributes.addProperty("verb", "override");
    attributes.addProperty("group", "dnsonde.github.io");
    attributes.addProperty("resource", "networkpolicies");
    JsonObject spec = new JsonObject();
    spec.addProperty("user", user.name());
    spec.addProperty("uid", user.uid());
    spec.add("groups", texts(user.groups()));
    if (!user.extra().isEmpty()) {
      JsonObject extra = new JsonObject();
      new TreeMap<>(user.extra()).forEach((key, values) -> extra.add(key, texts(values)));
      spec.add("extra", extra);
    }
    spec.add("resourceAttributes", attributes);
    JsonObject review = object("authorization.k8s.io/v1", "SubjectAccessReview");
    review.add("spec", spec);
    Fields status =
        writes
            .create(
                "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                review,
                Mask.of("status(allowed,denied)"))
            .object("status");
    return status.flag("allowed").orElse(false) && !status.flag("denied").orElse(false);
  }

  private static JsonArray texts(List<String> all) {
    JsonArray array = new JsonArray();
    all.forEach(array::add);
    return array;
  }

  /** The answer to the question until when an earlier controller judged. */
  public sealed interface Renewed {

    /** The Lease was read; it may have no time. */
    record Known(Optional<Instant> time) implements Renewed {}

    /** The Lease is gone, or may not be read: asking again does not help. */
    record Unknown(String why) implements Renewed {}
  }

  /**
   * Reads the time in a Lease.
   *
   * @throws IOException if the server gives no answer; the message says why
   */
  public Renewed renewed(NamespacedName lease) throws IOException {
    try {
      return new Renewed.Known(
          server.get(path(lease), Mask.of("spec(renewTime)")).object("spec").time("renewTime"));
    } catch (StatusException refusal) {
      if (refusal.isNotFound() || refusal.isForbidden()) {
        return new Renewed.Unknown(path(lease) + ": " + refusal.getMessage());
      }
      throw refusal;
    }
  }

  /**
   * Sets the time in a Lease.
   *
   * @throws IOException if it cannot be changed; the message says why
   */
  public void renew(NamespacedName lease, Instant time) throws IOException {
    JsonObject spec = new JsonObject();
    spec.addProperty("renewTime", ClusterEvents.MICRO_TIME.format(time));
    JsonObject patch = new JsonObject();
    patch.add("spec", spec);
    writes.merge(path(lease), patch);
  }

  private static String path(NamespacedName lease) {
    return "/apis/coordination.k8s.io/v1/namespaces/"
        + lease.namespace()
        + "/leases/"
        + lease.name();
  }
}
