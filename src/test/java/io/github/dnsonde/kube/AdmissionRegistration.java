package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The part of an API server that a webhook needs: its registration, dry runs of policies, access
 * reviews and a Lease.
 */
public final class AdmissionRegistration {

  private static final String NAME = "policies.admission.dnsonde.github.io";

  private final List<JsonObject> reviews = new ArrayList<>();
  private final List<String> patches = new ArrayList<>();
  private Optional<DryRun> dryRun = Optional.empty();
  private String bundle = "";
  private String renewed = "";
  private boolean mayOverride;
  private int refusesReviews;
  private int refusesLease;
  private int refusesConfiguration;

  /** Is called with each policy that is only checked. */
  public interface DryRun {
    void check(String policy) throws IOException;
  }

  private AdmissionRegistration() {}

  static AdmissionRegistration of(FakeApiServer server) {
    AdmissionRegistration registration = new AdmissionRegistration();
    server.fail(
        request -> request.path().contains("/validatingwebhookconfigurations/"),
        Integer.MAX_VALUE,
        registration::configuration);
    server.fail(
        request -> request.path().endsWith("/subjectaccessreviews"),
        Integer.MAX_VALUE,
        registration::accessReview);
    server.fail(
        request -> request.path().contains("/leases/"), Integer.MAX_VALUE, registration::lease);
    server.fail(
        request -> request.parameters().containsKey("dryRun"),
        Integer.MAX_VALUE,
        registration::dryRun);
    return registration;
  }

  /** The authorities that were registered; empty if none. */
  public synchronized String authorities() {
    return new String(Base64.getDecoder().decode(bundle), UTF_8);
  }

  /** Somebody else replaces the registration. */
  public synchronized void forget() {
    bundle = "";
  }

  /** The bodies of the changes of the registration. */
  public synchronized List<String> patches() {
    return List.copyOf(patches);
  }

  /** The time in the Lease; empty if there is none. */
  public synchronized String renewed() {
    return renewed;
  }

  public synchronized void renewed(String time) {
    renewed = time;
  }

  public synchronized void onDryRun(DryRun check) {
    dryRun = Optional.of(check);
  }

  public synchronized void mayOverride(boolean may) {
    mayOverride = may;
  }

  /** The server fails every access review from now on with this status; 0 ends that. */
  public synchronized void refuseReviews(int status) {
    refusesReviews = status;
  }

  /** The server fails the requests for the Lease from now on with this status; 0 ends that. */
  public synchronized void refuseLease(int status) {
    refusesLease = status;
  }

  /** The same for the registration. */
  public synchronized void refuseConfiguration(int status) {
    refusesConfiguration = status;
  }

  private static boolean refused(HttpExchange exchange, int status) throws IOException {
    if (status > 0) {
      FakeApiServer.send(exchange, status, "{\"kind\": \"Status\", \"message\": \"refused\"}");
    }
    return status > 0;
  }

  /** The access reviews so far. */
  public synchronized List<JsonObject> reviews() {
    return List.copyOf(reviews);
  }

  private synchronized void configuration(HttpExchange exchange) throws IOException {
    if (refused(exchange, refusesConfiguration)) {
      return;
    }
    if (exchange.getRequestMethod().equals("PATCH")) {
      JsonObject patch = body(exchange);
      patches.add(exchange.getRequestURI().getQuery() + " " + patch);
      bundle =
          patch
              .getAsJsonArray("webhooks")
              .get(0)
              .getAsJsonObject()
              .getAsJsonObject("clientConfig")
              .get("caBundle")
              .getAsString();
    }
    FakeApiServer.send(
        exchange,
        200,
        """
        {"kind": "ValidatingWebhookConfiguration", "metadata": {"name": "hook"}, "webhooks": [
          {"name": "%s", "clientConfig": {"caBundle": "%s", "service": {"name": "s"}}}]}
        """
            .formatted(NAME, bundle));
  }

  private synchronized void accessReview(HttpExchange exchange) throws IOException {
    reviews.add(body(exchange).getAsJsonObject("spec"));
    if (refusesReviews > 0) {
      FakeApiServer.send(exchange, refusesReviews, "{\"kind\": \"Status\", \"message\": \"away\"}");
      return;
    }
    FakeApiServer.send(exchange, 201, "{\"status\": {\"allowed\": " + mayOverride + "}}");
  }

  private synchronized void lease(HttpExchange exchange) throws IOException {
    if (refused(exchange, refusesLease)) {
      return;
    }
    if (exchange.getRequestMethod().equals("PATCH")) {
      renewed = body(exchange).getAsJsonObject("spec").get("renewTime").getAsString();
    }
    FakeApiServer.send(
        exchange,
        200,
        renewed.isEmpty() ? "{\"spec\": {}}" : "{\"spec\": {\"renewTime\": \"" + renewed + "\"}}");
  }

  private void dryRun(HttpExchange exchange) throws IOException {
    JsonObject policy = body(exchange);
    Optional<DryRun> check;
    synchronized (this) {
      check = dryRun;
    }
    if (check.isPresent()) {
      check.get().check(policy.toString());
    }
    FakeApiServer.send(exchange, 201, policy.toString());
  }

  private static JsonObject body(HttpExchange exchange) throws IOException {
    return JsonParser.parseString(new String(exchange.getRequestBody().readAllBytes(), UTF_8))
        .getAsJsonObject();
  }
}
