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
  private volatile String expected = "";
  private volatile boolean seen;
  private Optional<Long> tested = Optional.empty();
  private int tests;

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
      become(seen ? Reach.REACHED : Reach.NOT_REACHED);
    } catch (IOException failure) {
      failed(failure);
    } finally {
      expected = "";
      tested = Optional.of(ticker.nanos());
    }
  }

  /** A quota or another webhook may refuse the policy after this webhook was asked. */
  private void failed(IOException failure) {
    if (seen) {
      become(Reach.REACHED);
      return;
    }
    reach = Reach.UNKNOWN;
    failures.event();
    if (failures.take() > 0) {
      LOG.warn(
          Event.of("the webhook could not be tested; will be tried again")
              .with("why", String.valueOf(failure.getMessage())));
    }
  }

  private Duration pause() {
    return reach == Reach.REACHED ? USUAL : tests < EARLY_TESTS ? EARLY : FAILING;
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
      case UNKNOWN -> {
        // has a line of its own
      }
    }
  }
}
