package io.github.dnsonde.controller;

import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.overview.AdmissionStatus.Reach;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tests if the API server reaches the webhook: it has a policy checked that is not stored, and
 * looks whether it is asked about it. In private clusters and overlay networks, an API server often
 * does not reach a pod's port. Thread-safe.
 */
final class SelfTest {

  private static final String PREFIX = "dnsonde-self-test-";

  /** The times between two tests: at first, the API server may not know the webhook yet. */
  private static final Duration EARLY = Duration.ofSeconds(5);

  private static final int EARLY_TESTS = 12;
  private static final Duration FAILING = Duration.ofMinutes(1);
  private static final Duration USUAL = Duration.ofMinutes(5);

  private static final Log LOG = Log.named("controller");

  private final String namespace;
  private final Requests requests;
  private final Ticker ticker;
  private final LineLimit failures;
  private volatile Reach reach = Reach.UNKNOWN;
  private volatile Optional<String> failure = Optional.empty();
  private volatile String expected = "";
  private volatile boolean seen;
  private Optional<Long> tested = Optional.empty();
  private int tests;
  private boolean missed;

  /** Sends a policy to the API server that it checks and does not store. */
  interface Requests {
    void dryRun(NamespacedName policy) throws IOException;
  }

  /**
   * Creates a test that has not run.
   *
   * @param namespace the controller's own
   */
  SelfTest(String namespace, Requests requests, Ticker ticker) {
    this.namespace = namespace;
    this.requests = requests;
    this.ticker = ticker;
    this.failures = new LineLimit(ticker);
  }

  /** The result of the latest test. */
  Reach reach() {
    return reach;
  }

  /** The API server's words if the latest test could not run. */
  Optional<String> failure() {
    return failure;
  }

  /** Returns true, and notes it, if a request is the one of the test. */
  boolean isIt(AdmissionRequest request) {
    boolean is =
        request.dryRun()
            && !expected.isEmpty()
            && request.name().equals(new NamespacedName(namespace, expected));
    if (is) {
      seen = true; // requests are answered by many threads
    }
    return is;
  }

  /** Tests, if it is time. Called by one thread. */
  void turn() {
    if (tested.isPresent() && ticker.nanos() - tested.get() < pause().toNanos()) {
      return;
    }
    tests++;
    seen = false;
    expected = PREFIX + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    try {
      requests.dryRun(new NamespacedName(namespace, expected));
      failure = Optional.empty();
      tested();
    } catch (IOException refusal) {
      failed(refusal);
    } finally {
      expected = "";
      tested = Optional.of(ticker.nanos());
    }
  }

  /** A question may be lost in a crowd of others: only two in a row show that none arrives. */
  private void tested() {
    boolean first = !seen && reach == Reach.REACHED && !missed;
    missed = first;
    if (!first) {
      become(seen ? Reach.REACHED : Reach.NOT_REACHED);
    }
  }

  /** A quota or another webhook may refuse the policy after this webhook was asked. */
  private void failed(IOException refusal) {
    missed = false;
    if (seen) {
      failure = Optional.empty();
      become(Reach.REACHED);
      return;
    }
    reach = Reach.UNKNOWN;
    failure = Optional.of(String.valueOf(refusal.getMessage()));
    failures.event();
    if (failures.take() > 0) {
      LOG.warn(
          Event.of("the webhook could not be tested; will be tried again")
              .with("why", String.valueOf(refusal.getMessage())));
    }
  }

  private Duration pause() {
    return missed ? EARLY : reach == Reach.REACHED ? USUAL : tests < EARLY_TESTS ? EARLY : FAILING;
  }

  private void become(Reach now) {
    Reach before = reach;
    reach = now;
    if (now == before || (now == Reach.NOT_REACHED && tests < EARLY_TESTS)) {
      return;
    }
    switch (now) {
      case REACHED -> LOG.info(Event.of("the API server reaches the webhook"));
      case NOT_REACHED ->
          LOG.warn(
              Event.of("the API server does not reach the webhook: changes are not judged")
                  .with(
                      "expected",
                      "a firewall and NetworkPolicies that let the API server reach the port of"
                          + " controller.admission; or hostNetwork"));
      case NOT_READY, UNKNOWN -> {
        // has a line of its own
      }
    }
  }
}
