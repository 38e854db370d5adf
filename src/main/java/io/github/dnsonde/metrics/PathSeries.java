package io.github.dnsonde.metrics;

import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.github.dnsonde.metrics.QueryCounts.Answered;
import io.github.dnsonde.metrics.QueryCounts.Failed;
import io.github.dnsonde.metrics.QueryCounts.Result;
import io.github.dnsonde.metrics.QueryCounts.Slow;
import io.github.dnsonde.metrics.QueryCounts.Tested;
import io.github.dnsonde.metrics.QueryCounts.Untested;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Vantage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * Series of one scrape about the states of all paths: of each path, and sums of the node, in the
 * form that alert rules use. Rules over a thousand nodes only add up: all that needs the single
 * queries is computed here.
 *
 * <p>Counts of vantages are sums of shares: a vantage of which a quarter of the queries fails
 * counts as 0.25. So they can be added over nodes, and weigh vantages equally, however often each
 * is probed.
 */
final class PathSeries {

  private final List<PathReading> all;
  private final List<PathReading> planned;

  /** The share of each namespace's vantages that expect no response. */
  private final Map<String, Double> expectedSilent;

  /** The queries on the paths that are in use, by server and vantage. */
  private final Map<String, Map<Vantage, List<QueryCounts>>> used = new HashMap<>();

  PathSeries(List<PathReading> paths, Map<String, Double> expectedSilent) {
    all = paths;
    this.expectedSilent = Map.copyOf(expectedSilent);
    planned = paths.stream().filter(PathReading::planned).toList();
    for (PathReading path : planned) {
      if (path.inUse()) {
        used.computeIfAbsent(path.server(), _ -> new HashMap<>())
            .computeIfAbsent(path.vantage(), _ -> new ArrayList<>())
            .add(path.queries());
      }
    }
  }

  /** Returns the families that have values here. */
  static Set<MetricCatalogue> families() {
    return new PathSeries(List.of(), Map.of()).values().keySet();
  }

  /** Returns the values of each family's series. */
  Map<MetricCatalogue, Map<LabelValues, Double>> values() {
    return Map.of(
        MetricCatalogue.PATH_UNANSWERED,
        worst(path -> path.unansweredSeconds().orElse(0)),
        MetricCatalogue.PATH_UNANSWERED_RATIO,
        worst(PathReading::unansweredRatio),
        MetricCatalogue.SERVER_UNANSWERED,
        serverUnansweredSeconds(),
        MetricCatalogue.SERVER_VANTAGES,
        serverVantages(),
        MetricCatalogue.SERVER_SERVFAIL,
        byScope(scope -> new Share(new Failed(scope, Reason.SERVFAIL), new Tested(scope))),
        MetricCatalogue.SERVER_SLOW,
        byScope(scope -> new Share(new Slow(scope), new Answered(scope))),
        MetricCatalogue.NAMESPACE_WRONG,
        namespaceWrong(),
        MetricCatalogue.NAMESPACE_UNTESTED,
        namespaceUntested(),
        MetricCatalogue.NAMESPACE_EXPECTED,
        namespaceExpected());
  }

  private Map<LabelValues, Double> namespaceExpected() {
    Map<LabelValues, Double> shares = new HashMap<>();
    expectedSilent.forEach(
        (namespace, share) ->
            shares.put(LabelValues.NONE.with(Label.SOURCE_NAMESPACE, namespace), share));
    return shares;
  }

  /** The worst of paths that share labels; what is no longer probed if nothing else is known. */
  private Map<LabelValues, Double> worst(ToDoubleFunction<PathReading> value) {
    Map<LabelValues, Double> now = new HashMap<>();
    Map<LabelValues, Double> before = new HashMap<>();
    for (PathReading path : all) {
      if (path.unansweredSeconds().isPresent()) {
        (path.planned() ? now : before).merge(path.ofPath(), value.applyAsDouble(path), Math::max);
      }
    }
    before.forEach(now::putIfAbsent);
    return now;
  }

  /**
   * Returns for how long the node has had no response from a server, by server, transport and in
   * use: the least of all paths that are expected to work, if they are of two namespaces or more. A
   * path that never worked says nothing about the node. Absent while no path is expected to work.
   */
  private Map<LabelValues, Double> serverUnansweredSeconds() {
    Map<LabelValues, Double> least = new HashMap<>();
    Map<LabelValues, Set<String>> namespaces = new HashMap<>();
    for (PathReading path : planned) {
      if (path.expectedToWork() && path.unansweredSeconds().isPresent()) {
        least.merge(path.ofServer(), path.unansweredSeconds().getAsDouble(), Math::min);
        namespaces
            .computeIfAbsent(path.ofServer(), _ -> new HashSet<>())
            .add(path.vantage().namespace());
      }
    }
    least.replaceAll(
        (labels, value) -> namespaces.getOrDefault(labels, Set.of()).size() < 2 ? 0 : value);
    return least;
  }

  /** Returns the number of vantages whose resolver uses each server. */
  private Map<LabelValues, Double> serverVantages() {
    Map<LabelValues, Double> counts = new HashMap<>();
    used.forEach((server, vantages) -> counts.put(server(server), (double) vantages.size()));
    return counts;
  }

  /** Returns a sum over the vantages that use a server, for each scope. */
  private Map<LabelValues, Double> byScope(Function<Scope, Share> share) {
    Map<LabelValues, Double> sums = new HashMap<>();
    used.forEach(
        (server, vantages) -> {
          for (Scope scope : Scope.values()) {
            Share wanted = share.apply(scope);
            sums.put(
                server(server).with(Label.SCOPE, scope.label()),
                vantages.values().stream().mapToDouble(wanted::of).sum());
          }
        });
    return sums;
  }

  /** Returns the vantages that get wrong answers, by namespace, server and reason. */
  private Map<LabelValues, Double> namespaceWrong() {
    Map<LabelValues, Double> sums = new HashMap<>();
    used.forEach(
        (server, vantages) ->
            vantages.forEach(
                (vantage, queries) ->
                    wrong(queries)
                        .forEach(
                            reason ->
                                sums.merge(
                                    server(server)
                                        .with(Label.SOURCE_NAMESPACE, vantage.namespace())
                                        .with(Label.REASON, reason.label()),
                                    ratio(
                                        queries,
                                        counts -> counts.failed(reason::equals),
                                        QueryCounts::tested),
                                    Double::sum))));
    return sums;
  }

  /** Returns the reasons for wrong answers that occurred; SERVFAIL has series of its own. */
  private static Set<Reason> wrong(Collection<QueryCounts> queries) {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    queries.stream().flatMap(QueryCounts::reasons).forEach(reasons::add);
    reasons.removeIf(reason -> reason.kind() != Reason.Kind.WRONG || reason == Reason.SERVFAIL);
    return reasons;
  }

  /** Returns the vantages that could not be probed, by namespace and cause. */
  private Map<LabelValues, Double> namespaceUntested() {
    Map<Vantage, List<QueryCounts>> vantages = new HashMap<>();
    for (PathReading path : planned) {
      vantages.computeIfAbsent(path.vantage(), _ -> new ArrayList<>()).add(path.queries());
    }
    Map<LabelValues, Double> sums = new HashMap<>();
    vantages.forEach(
        (vantage, queries) ->
            queries.stream()
                .flatMap(QueryCounts::causes)
                .distinct()
                .forEach(
                    cause ->
                        sums.merge(
                            LabelValues.NONE
                                .with(Label.SOURCE_NAMESPACE, vantage.namespace())
                                .with(Label.CAUSE, cause.label()),
                            ratio(
                                queries,
                                counts -> counts.of(new Untested(cause)),
                                counts -> counts.tested() + counts.untested()),
                            Double::sum)));
    return sums;
  }

  private static LabelValues server(String name) {
    return LabelValues.NONE.with(Label.SERVER, name);
  }

  private static double ratio(
      Collection<QueryCounts> queries,
      ToIntFunction<QueryCounts> part,
      ToIntFunction<QueryCounts> whole) {
    int parts = queries.stream().mapToInt(part).sum();
    int wholes = queries.stream().mapToInt(whole).sum();
    return wholes == 0 ? 0 : (double) parts / wholes;
  }

  /** A share of the queries of one vantage. */
  private record Share(Result part, Result whole) {
    double of(Collection<QueryCounts> queries) {
      return ratio(queries, counts -> counts.of(part), counts -> counts.of(whole));
    }
  }
}
