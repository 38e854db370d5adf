package io.github.dnsonde.overview;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.overview.Headline.Mood;
import io.github.dnsonde.overview.NodeRow.Presence;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.PathState;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Chooses the words of a headline. */
final class HeadlineBuilder {

  /** The names that a reader takes in at a glance; others are counted. */
  private static final int NAMES = 2;

  private final Overview overview;
  private final Map<String, List<OverviewRow>> inUse;
  private final Set<String> all;
  private final SortedMap<String, Damage> failing = new TreeMap<>();
  private int expected;
  private int unseen;

  /** The degrees of failure of a namespace, the worst first. */
  private enum Damage {
    /** No path in use gets a response. */
    CUT_OFF,
    /** Some paths in use get no response. */
    CUT_IN_PART,
    /** Some answers are wrong. */
    MISLED,
    /** Some answers are late. */
    DELAYED
  }

  HeadlineBuilder(Overview overview) {
    this.overview = overview;
    this.inUse =
        overview.paths().stream()
            .filter(OverviewRow::inUse)
            .collect(groupingBy(OverviewRow::namespace, TreeMap::new, toList()));
    this.all =
        overview.paths().stream().map(OverviewRow::namespace).collect(toCollection(TreeSet::new));
    overview.blind().forEach(row -> all.add(row.namespace()));
    for (String namespace : all) {
      List<OverviewRow> rows = inUse.getOrDefault(namespace, List.of());
      if (rows.stream().anyMatch(OverviewRow::fails)) {
        failing.put(namespace, damage(rows));
      } else if (!rows.isEmpty() && rows.stream().allMatch(HeadlineBuilder::needsNoDns)) {
        expected++;
      } else if (rows.stream().noneMatch(HeadlineBuilder::isSeen)) {
        unseen++;
      }
    }
  }

  private static Damage damage(List<OverviewRow> rows) {
    Set<PathState> states = rows.stream().map(OverviewRow::state).collect(toSet());
    if (states.contains(PathState.UNANSWERED)) {
      return states.size() == 1 ? Damage.CUT_OFF : Damage.CUT_IN_PART;
    }
    return states.contains(PathState.WRONG) ? Damage.MISLED : Damage.DELAYED;
  }

  private static boolean needsNoDns(OverviewRow row) {
    return row.state() == PathState.EXPECTED && row.affected() == row.vantages();
  }

  /** Returns true if a vantage has shown the state of these paths. */
  private static boolean isSeen(OverviewRow row) {
    return row.state() != PathState.UNTESTED || row.affected() < row.vantages();
  }

  Headline headline() {
    if (all.isEmpty()) {
      return new Headline(Mood.INCOMPLETE, "Nothing is probed yet.");
    }
    if (!failing.isEmpty()) {
      return new Headline(Mood.FAILING, failure() + notSeen() + ".");
    }
    if (unseen == all.size()) {
      return new Headline(
          Mood.INCOMPLETE,
          all.size() == 1
              ? "The only namespace, " + all.iterator().next() + ", is not seen" + nodes() + "."
              : "None of " + all.size() + " namespaces is seen" + nodes() + ".");
    }
    boolean complete = unseen == 0 && hiddenNodes() == 0;
    return new Headline(
        complete ? Mood.GOOD : Mood.INCOMPLETE, resolving() + notSeen() + nodes() + ".");
  }

  private String resolving() {
    int resolve = all.size() - unseen - expected;
    if (resolve < all.size()) {
      return resolve
          + " of "
          + count(all.size(), "namespace")
          + (resolve == 1 ? " resolves" : " resolve");
    }
    return all.size() == 1
        ? "The only namespace, " + all.iterator().next() + ", resolves"
        : "All " + all.size() + " namespaces resolve";
  }

  /** The namespaces that are neither good nor failing. */
  private String notSeen() {
    return (expected > 0 ? "; " + expected + (expected == 1 ? " needs" : " need") + " no DNS" : "")
        + (unseen > 0 ? "; " + unseen + " not seen" : "");
  }

  private String nodes() {
    long hidden = hiddenNodes();
    return hidden == 0
        ? ""
        : "; " + hidden + " of " + count(overview.nodes().size(), "node") + " not seen";
  }

  private long hiddenNodes() {
    return overview.nodes().stream().filter(node -> node.presence() != Presence.REPORTING).count();
  }

  /**
   * States the worst failure, with all namespaces that share its degree and its cause. The others
   * are counted, because one sentence cannot explain several failures.
   */
  private String failure() {
    Damage worst = failing.values().stream().min(Comparator.naturalOrder()).orElseThrow();
    SortedSet<String> candidates =
        failing.entrySet().stream()
            .filter(entry -> entry.getValue() == worst)
            .map(Map.Entry::getKey)
            .collect(toCollection(TreeSet::new));
    Optional<Finding> cause = cause(candidates, worst);
    SortedSet<String> lead = new TreeSet<>(candidates);
    cause.ifPresent(finding -> lead.retainAll(finding.subject().namespaces()));
    int others = failing.size() - lead.size();
    return new Failure(lead, cause).sentence()
        + (others == 0
            ? ""
            : "; " + count(others, "more namespace") + (others == 1 ? " fails" : " fail"));
  }

  /**
   * The finding that explains most of these namespaces; of equals the first. One that only agents
   * make explains no path without a response, and others only if nothing else does.
   */
  private Optional<Finding> cause(Set<String> namespaces, Damage damage) {
    boolean answered = damage == Damage.MISLED || damage == Damage.DELAYED;
    Comparator<Finding> explains =
        Comparator.<Finding, Boolean>comparing(finding -> !finding.code().isOfAgent())
            .thenComparingLong(finding -> explained(finding, namespaces));
    return overview.findings().stream()
        .filter(finding -> finding.code().hurts() && explained(finding, namespaces) > 0)
        .filter(finding -> answered || !finding.code().isOfAgent())
        .reduce((one, other) -> explains.compare(other, one) > 0 ? other : one);
  }

  private static long explained(Finding finding, Set<String> namespaces) {
    return finding.subject().namespaces().stream().filter(namespaces::contains).count();
  }

  private static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** The words for namespaces that fail alike. */
  private final class Failure {
    private final SortedSet<String> lead;
    private final Optional<Finding> cause;
    private final List<OverviewRow> used;
    private final List<OverviewRow> rows;

    Failure(SortedSet<String> lead, Optional<Finding> cause) {
      this.lead = lead;
      this.cause = cause;
      this.used =
          lead.stream()
              .flatMap(namespace -> inUse.getOrDefault(namespace, List.of()).stream())
              .toList();
      this.rows = used.stream().filter(OverviewRow::fails).toList();
    }

    String sentence() {
      return who()
          + " "
          + what()
          + cause.map(finding -> ": " + words(finding)).orElse("")
          + where()
          + rows.stream()
              .flatMap(row -> row.since().stream())
              .min(Comparator.naturalOrder())
              .map(since -> ", for " + Spans.rough(since, overview.at()))
              .orElse("");
    }

    private String who() {
      boolean somePods =
          lead.size() == 1
              && rows.stream().allMatch(row -> row.affected() < row.vantages())
              && rows.stream().allMatch(row -> row.affectedNodes() == row.nodes());
      return (somePods ? "Some pods of " : "") + names(lead);
    }

    private static String names(Set<String> names) {
      List<String> first = names.stream().limit(NAMES).toList();
      int more = names.size() - first.size();
      if (more == 0) {
        return String.join(" and ", first);
      }
      return String.join(", ", first) + " and " + count(more, "more namespace");
    }

    /** As precise as one clause can be about all of them. */
    private String what() {
      if (rows.stream().allMatch(row -> row.state() == PathState.LATE)) {
        return verb("gets", "get") + " answers too late" + part();
      }
      if (rows.stream().allMatch(row -> row.state() == PathState.WRONG)) {
        return verb("gets", "get") + " wrong answers" + part();
      }
      return "cannot resolve" + part();
    }

    private String verb(String one, String several) {
      return lead.size() == 1 ? one : several;
    }

    /** The transport or the server that all failures share, and that does not fail elsewhere. */
    private String part() {
      if (used.stream().allMatch(OverviewRow::fails)) {
        return "";
      }
      return shared(rows, used, OverviewRow::transport, Failure::over)
          .or(() -> shared(rows, used, OverviewRow::server, server -> " at " + server))
          .orElse(" in part");
    }

    private static String over(Transport transport) {
      return " over " + transport.label().toUpperCase(Locale.ROOT);
    }

    /** Returns words for the only value among the failures, if others that are in use are fine. */
    private static <T> Optional<String> shared(
        List<OverviewRow> rows,
        List<OverviewRow> used,
        Function<OverviewRow, T> of,
        Function<T, String> words) {
      List<T> values = rows.stream().map(of).distinct().toList();
      boolean fineElsewhere =
          used.stream().filter(row -> values.contains(of.apply(row))).allMatch(OverviewRow::fails);
      return values.size() == 1 && fineElsewhere
          ? Optional.of(words.apply(values.getFirst()))
          : Optional.empty();
    }

    private String words(Finding finding) {
      String words =
          switch (finding.code()) {
            case EGRESS_DENIED -> policies(finding) + " not allow DNS";
            case INGRESS_DENIED -> policies(finding) + " not allow queries to the DNS pods";
            case POLICY_UNCLEAR -> policies(finding) + " perhaps not allow DNS";
            case NO_ENDPOINTS -> "the DNS Service has no ready pod";
            case CACHE_DOWN -> "the DNS cache of the node does not answer";
            case SERVER_DOWN -> servers(finding) + " does not answer";
            case NODE_CUT_OFF -> "no server answers on the node";
            case TRANSPORT_BLOCKED ->
                finding.subject().transports().stream()
                        .map(transport -> transport.label().toUpperCase(Locale.ROOT))
                        .collect(joining(" and "))
                    + " does not reach "
                    + servers(finding);
            case UNEXPLAINED -> "cause unknown";
            case SERVER_FAILS -> servers(finding) + " answers SERVFAIL for the cluster's own names";
            case UPSTREAM_FAILS -> "the upstream resolver fails, so external names get SERVFAIL";
            case WRONG_ANSWERS -> servers(finding) + " answers wrongly";
            case NAMES_REFUSED -> policies(finding) + " not let the names through";
            case LATE_ANSWERS -> servers(finding) + " is slow";
            case SEARCH_DOMAIN_ANSWERS -> "a search domain answers for names of other domains";
            case LOOKUP_FAILS -> "lookups fail, although absolute names are answered";
            case PARALLEL_QUERIES_LOST ->
                "replies are lost if A and AAAA are sent at once from one socket";
            case LARGE_ANSWERS_FAIL -> "answers that do not fit into a datagram do not arrive";
            case CACHED_FAILURE -> servers(finding) + " answers with failures from its cache";
            case FRESH_NAMES_FAIL ->
                servers(finding) + " answers a name, but no fresh name below it";
            case NODE_POLICY_DIFFERS -> "these nodes treat its pods differently from others";
            case NOT_ENFORCED,
                SEARCH_LIST_COST,
                FRAGMENTS_LOST,
                LARGE_ANSWER_NOT_CUT,
                NXDOMAIN_HIJACKED,
                OLD_SOCKETS_FAIL,
                INTERCEPTED,
                NO_AGENT,
                NO_DNS_DECLARED,
                DNS_NOT_EXPECTED,
                DECLARATION_EXPIRED,
                DECLARATION_INVALID ->
                finding.sentence();
          };
      return finding.confidence() == Confidence.POSSIBLE ? "possibly, " + words : words;
    }

    private String policies(Finding finding) {
      List<String> names = finding.policies().stream().map(this::shortName).limit(NAMES).toList();
      int more = finding.policies().size() - names.size();
      if (names.isEmpty()) {
        return "the policies do";
      }
      boolean standard = finding.policies().stream().allMatch(Finding::isNetworkPolicy);
      return names.size() == 1
          ? (standard ? "NetworkPolicy " : "") + names.getFirst() + " does"
          : (standard ? "NetworkPolicies " : "")
              + (more > 0
                  ? String.join(", ", names) + " and " + more + " more"
                  : String.join(" and ", names))
              + " do";
    }

    /** The namespace of a policy is known if it is the one that fails. */
    private String shortName(String policy) {
      String own = lead.size() == 1 ? lead.first() + "/" : "/";
      return policy.startsWith(own) ? policy.substring(own.length()) : policy;
    }

    private static String servers(Finding finding) {
      List<String> servers = finding.subject().servers();
      return servers.size() == 1 ? servers.getFirst() : "each of " + servers.size() + " servers";
    }

    private String where() {
      if (lead.size() > 1) { // rows of several namespaces do not say which nodes they share
        int affected = cause.map(finding -> finding.subject().nodeCount()).orElse(0);
        long probed = overview.nodes().stream().filter(node -> node.vantages() > 0).count();
        return probed > 1 && affected > 0 ? ", on " + affected + " of " + probed + " nodes" : "";
      }
      return rows.stream()
          .max(Comparator.comparingInt(OverviewRow::affectedNodes))
          .filter(row -> row.nodes() > 1)
          .map(row -> ", on " + row.affectedNodes() + " of " + row.nodes() + " nodes")
          .orElse("");
    }
  }
}
