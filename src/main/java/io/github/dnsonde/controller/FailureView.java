package io.github.dnsonde.controller;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.kube.NamespaceReader;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The objects of the namespaces that need an explanation, read while they need one, and once more
 * after that: what ended a failure belongs to its history. For one thread.
 *
 * <p>All namespaces are read every ten seconds while something fails. In between, each that was not
 * read yet is read at once, and so are those that have recovered.
 */
final class FailureView {

  /** The namespaces whose objects are read: each costs three lists. */
  static final int NAMESPACES = 50;

  /** The time between two readings of the same namespaces while something fails. */
  static final Duration READING = Duration.ofSeconds(10);

  /** The same while nothing fails, and only policies that are not enforced are explained. */
  static final Duration CALM = Duration.ofMinutes(5);

  private static final Log LOG = Log.named("controller");

  private final Reader reader;
  private final String dnsNamespace;
  private final Ticker ticker;
  private final LineLimit failures;
  private ClusterView view = ClusterView.EMPTY;
  private Set<String> read = Set.of();
  private boolean troubled;
  private long readAt;
  private long endedAt;

  /** Reads namespaces, as {@link NamespaceReader#view} does. */
  interface Reader {
    NamespaceReader.Reading view(Set<String> namespaces, Set<String> again) throws IOException;
  }

  /**
   * Creates a view of nothing.
   *
   * @param dnsNamespace the namespace of the cluster's DNS
   */
  FailureView(Reader reader, String dnsNamespace, Ticker ticker) {
    this.reader = reader;
    this.dnsNamespace = dnsNamespace;
    this.ticker = ticker;
    this.failures = new LineLimit(ticker);
    this.readAt = ticker.nanos() - CALM.toNanos();
    this.endedAt = readAt;
  }

  /** The view as it was read last; empty if nothing needs an explanation. */
  ClusterView latest() {
    return view;
  }

  /** Reads what is due, for these demands. */
  void follow(List<Demand> demands) {
    Set<String> wanted = Demand.first(demands, read, NAMESPACES);
    if (wanted.isEmpty() && read.isEmpty()) {
      forget();
      return;
    }
    boolean failing = demands.stream().anyMatch(Demand::fails);
    Duration pace = failing || wanted.isEmpty() || troubled ? READING : CALM;
    if (has(readAt, pace)) {
      readAll(wanted);
    } else if (!troubled) {
      readChanged(wanted);
    }
  }

  private boolean has(long since, Duration passed) {
    return ticker.nanos() - since >= passed.toNanos();
  }

  private void readAll(Set<String> wanted) {
    readAt = ticker.nanos();
    Set<String> all = union(read, wanted);
    read = wanted;
    read(all, union(all, Set.of(dnsNamespace)));
  }

  private void readChanged(Set<String> wanted) {
    Set<String> ended = new HashSet<>(read);
    ended.removeAll(wanted);
    boolean due = !ended.isEmpty() && has(endedAt, READING);
    Set<String> all = new HashSet<>(read);
    wanted.stream()
        .filter(name -> !read.contains(name))
        .limit(NAMESPACES - all.size())
        .forEach(all::add);
    if (due) {
      endedAt = ticker.nanos();
      read(all, ended);
      all.removeAll(ended);
    } else if (all.size() > read.size()) {
      read(all, Set.of());
    }
    read = Set.copyOf(all);
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> union = new HashSet<>(one);
    union.addAll(other);
    return union;
  }

  private void read(Set<String> namespaces, Set<String> again) {
    try {
      NamespaceReader.Reading reading = reader.view(namespaces, again);
      view = reading.view();
      troubled = reading.trouble().isPresent();
      reading.trouble().ifPresent(this::warn);
    } catch (IOException failure) {
      troubled = true;
      warn(String.valueOf(failure.getMessage()));
    }
  }

  private void forget() {
    if (!view.equals(ClusterView.EMPTY)) {
      read(Set.of(), Set.of());
    }
  }

  private void warn(String why) {
    failures.event();
    if (failures.take() > 0) {
      LOG.warn(Event.of("the objects of failing namespaces could not be read").with("why", why));
    }
  }
}
