package io.github.dnsonde.report;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One vantage's path to one server over one transport. Times are ages, as numbers: a controller
 * keeps hundreds of thousands of paths.
 *
 * @param inUse the pod's own resolver takes this path
 * @param sinceMillis the age of the state; 0 if it is not known
 * @param queriedMillis the age of the latest query with a result; 0 if there is none
 * @param results the results that explain the state; none if it is good, untested or expected
 */
public record ReportedPath(
    Server server,
    Transport transport,
    boolean inUse,
    PathState state,
    long sinceMillis,
    long queriedMillis,
    List<PathResult> results) {

  public ReportedPath {
    requireNonNull(server, "server is null");
    requireNonNull(transport, "transport is null");
    requireNonNull(state, "state is null");
    Limits.name("a server's name", server.name());
    Limits.age("since", sinceMillis);
    Limits.age("queried", queriedMillis);
    Limits.number("results on a path", results.size(), Limits.RESULTS);
    results = List.copyOf(results);
    if (results.isEmpty() == state.hasResults()) {
      throw new IllegalArgumentException(
          "a path that is " + state.label() + " has " + results.size() + " results");
    }
  }

  /** Creates a path with ages in whole milliseconds. */
  public ReportedPath(
      Server server,
      Transport transport,
      boolean inUse,
      PathState state,
      Duration since,
      Duration queried,
      List<PathResult> results) {
    this(server, transport, inUse, state, since.toMillis(), queried.toMillis(), results);
  }

  /** The age of the state; 0 if it is not known. */
  public Duration since() {
    return Duration.ofMillis(sinceMillis);
  }

  /** The age of the latest query with a result; 0 if there is none. */
  public Duration queried() {
    return Duration.ofMillis(queriedMillis);
  }

  /** The number of failures in a row, by reason. */
  public SortedMap<Reason, Integer> reasons() {
    SortedMap<Reason, Integer> sum = new TreeMap<>();
    addReasons(sum);
    return sum;
  }

  /** Adds the number of failures in a row, by reason, to a sum of many paths. */
  public void addReasons(Map<Reason, Integer> sum) {
    results.forEach(
        result ->
            result.counts().forEach(each -> sum.merge(each.reason(), each.count(), Integer::sum)));
  }
}
