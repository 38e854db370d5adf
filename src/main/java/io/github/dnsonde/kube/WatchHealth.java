package io.github.dnsonde.kube;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.kube.KubeCluster.Counts;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The health of following one resource: logged when it changes, and counted. Thread-safe. */
final class WatchHealth {

  private static final System.Logger LOG = System.getLogger(KubeCluster.class.getName());

  /**
   * The maximum of unreadable objects that are logged, each once: tenants can create any number.
   */
  private static final int REMEMBERED = 100;

  /** The characters of a message that are logged. */
  private static final int MESSAGE = 400;

  private static final Duration QUIET = Duration.ofMinutes(1);

  /** The maximum of log lines about unreadable objects in a minute. */
  private static final int OBJECTS = 10;

  private final ClusterResource resource;
  private final String name;
  private final Ticker ticker;
  private final LongAdder errors;
  private final LongAdder relists;
  private final LongAdder unreadable;
  private final Set<String> reported = ConcurrentHashMap.newKeySet();
  private final LineLimit troubles;
  private final LineLimit recoveries;
  private volatile OptionalLong contacted = OptionalLong.empty();
  private volatile OptionalLong current = OptionalLong.empty();
  private volatile String trouble = "";
  private volatile OptionalLong failingSince = OptionalLong.empty();
  private volatile String logged = "";
  private volatile boolean forbidden;
  private long toldObjectsSince;
  private int toldObjects;

  WatchHealth(ClusterResource resource, Ticker ticker) {
    this(resource, resource.label(), ticker, new LongAdder(), new LongAdder(), new LongAdder());
  }

  private WatchHealth(
      ClusterResource resource,
      String name,
      Ticker ticker,
      LongAdder errors,
      LongAdder relists,
      LongAdder unreadable) {
    this.resource = resource;
    this.name = name;
    this.ticker = ticker;
    this.errors = errors;
    this.relists = relists;
    this.unreadable = unreadable;
    this.troubles = new LineLimit(ticker);
    this.recoveries = new LineLimit(ticker);
    this.toldObjectsSince = ticker.nanos();
  }

  /**
   * Returns the health of a part of the same resource: logged by its own name, and counted
   * together.
   */
  WatchHealth ofPart(String part) {
    return new WatchHealth(resource, part, ticker, errors, relists, unreadable);
  }

  /** The name in log lines. */
  String name() {
    return name;
  }

  /** Notes a message of the server. */
  void contacted() {
    contacted = OptionalLong.of(ticker.nanos());
    failingSince = OptionalLong.empty();
  }

  long nanos() {
    return ticker.nanos();
  }

  /**
   * Notes that everything that the server knew at that time has arrived and was passed on, by a
   * list or a bookmark.
   */
  void currentAsOf(long nanos) {
    current = OptionalLong.of(nanos);
  }

  /** Notes that the request succeeded. */
  void healthy() {
    contacted();
    trouble = "";
    forbidden = false;
    log("");
  }

  /** Notes that a list or watch failed and will be retried. */
  void failed(Exception failure) {
    errors.increment();
    String now = shortened(failure.getClass().getSimpleName() + ": " + failure.getMessage());
    if (failingSince.isEmpty()) {
      failingSince = OptionalLong.of(ticker.nanos()); // only one thread follows a resource
    }
    trouble = now;
    forbidden = failure instanceof StatusException refusal && refusal.isForbidden();
    LOG.log(DEBUG, "Kubernetes API: {0}: failed, will be tried again: {1}", name, now);
    log(now);
  }

  /**
   * Logs a new problem or a recovery, each at most once a minute: a server that keeps failing and
   * recovering must not fill the log.
   */
  private synchronized void log(String now) {
    LineLimit limit = now.isEmpty() ? recoveries : troubles;
    if (now.equals(logged) || !limit.open()) {
      return;
    }
    limit.write();
    logged = now;
    if (now.isEmpty()) {
      LOG.log(INFO, "Kubernetes API: {0}: recovered", name);
    } else {
      LOG.log(WARNING, "Kubernetes API: {0}: failed, will be tried again: {1}", name, now);
    }
  }

  /** Messages quote what others wrote. */
  private static String shortened(String text) {
    return text.length() > MESSAGE ? text.substring(0, MESSAGE) + "…" : text;
  }

  /** Notes that the server no longer has the version of a watch, or a list's next page. */
  void relisted(Exception why) {
    relists.increment();
    LOG.log(DEBUG, "Kubernetes API: {0}: listed again: {1}", name, why.getMessage());
  }

  /** Notes that an object cannot be read. */
  void unreadable(String key, String why) {
    unreadable.increment();
    if (!reported.contains(key) && reported.size() < REMEMBERED && mayTellOfObject()) {
      reported.add(key);
      LOG.log(
          WARNING,
          "Kubernetes API: {0}: {1} cannot be read, and what depends on it is unknown: {2}",
          name,
          shortened(key),
          shortened(why));
    }
  }

  /** Limits the log lines: a tenant that creates one such object can create any number. */
  private synchronized boolean mayTellOfObject() {
    if (ticker.nanos() - toldObjectsSince >= QUIET.toNanos()) {
      toldObjectsSince = ticker.nanos();
      toldObjects = 0;
    }
    return toldObjects++ < OBJECTS;
  }

  /** Returns true if the last list or watch failed because of a missing permission. */
  boolean isForbidden() {
    return forbidden;
  }

  /** Returns true if the last list or watch failed. */
  boolean isTroubled() {
    return !trouble.isEmpty();
  }

  /** Returns true if no list or watch has begun for this time, because they failed. */
  boolean isFailingFor(Duration time) {
    OptionalLong since = failingSince;
    return since.isPresent() && ticker.nanos() - since.getAsLong() >= time.toNanos();
  }

  /** The last logged problem, which changes at most once a minute; empty if there is none. */
  Optional<String> reported() {
    return Optional.of(logged).filter(told -> !told.isEmpty());
  }

  ClusterResource resource() {
    return resource;
  }

  /**
   * The time of the server's last message about this resource, by the present wall clock: its age
   * does not change when the clock is set.
   */
  Optional<Instant> lastHeard() {
    OptionalLong then = contacted;
    return then.isEmpty()
        ? Optional.empty()
        : Optional.of(ticker.now().minusNanos(ticker.nanos() - then.getAsLong()));
  }

  /** The time at which everything that the server knew had arrived, in the ticker's nanoseconds. */
  OptionalLong lastCurrent() {
    return current;
  }

  Counts counts() {
    return new Counts(errors.sum(), relists.sum(), unreadable.sum());
  }
}
