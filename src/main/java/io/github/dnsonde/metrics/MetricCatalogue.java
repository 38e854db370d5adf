package io.github.dnsonde.metrics;

import static io.github.dnsonde.metrics.MetricCatalogue.Label.ADDRESS;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.AGENT_NODE;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.CACHE;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.CAUSE;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.CERTIFICATE;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.CODE;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.EXPLANATION;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.IN_USE;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.LIKELY;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.MODE;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.NAME;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.OWNER;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.POLICIES;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.PORT;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.REASON;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.REPLIES;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.RESOLVER;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.RESOURCE;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.RESULT;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.SCOPE;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.SERVER;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.SOCKETS;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.SOURCE_NAMESPACE;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.SOURCE_POD;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.SOURCE_WORKLOAD;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.TRANSPORT;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.TRIAL;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.VERDICT;
import static io.github.dnsonde.metrics.MetricCatalogue.Label.VERSION;

import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Probe;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The table of all metrics, from which they are created, exposed and documented.
 *
 * <p>Names and units follow prometheus.io/docs/practices/naming. No label is called {@code
 * namespace}, {@code pod}, {@code node}, {@code instance} or {@code job}: those belong to the
 * scrape.
 */
enum MetricCatalogue {
  PROBES(
      "dnsonde_probes_total",
      Type.COUNTER,
      Unit.NONE,
      "Queries with a verdict, not counting untested ones.",
      SOURCE_NAMESPACE,
      SOURCE_WORKLOAD,
      SERVER,
      TRANSPORT,
      SCOPE,
      IN_USE),
  PROBE_FAILURES(
      "dnsonde_probe_failures_total",
      Type.COUNTER,
      Unit.NONE,
      "Queries without a right answer in time, by reason. Timeout and servfail start at 0;"
          + " other reasons appear when they first occur.",
      SOURCE_NAMESPACE,
      SOURCE_WORKLOAD,
      SERVER,
      TRANSPORT,
      SCOPE,
      IN_USE,
      REASON),
  PROBE_CONSECUTIVE_FAILURES(
      "dnsonde_probe_consecutive_failures",
      Type.GAUGE,
      Unit.NONE,
      "Failures since the last good answer, of the worst probe if several share these"
          + " labels. 0 if the last answer was good.",
      SOURCE_NAMESPACE,
      SOURCE_WORKLOAD,
      SERVER,
      TRANSPORT,
      SCOPE,
      IN_USE),
  PROBE_LAST_SUCCESS(
      "dnsonde_probe_last_success_timestamp_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Unix time of the last good answer. Absent until the first.",
      SOURCE_NAMESPACE,
      SOURCE_WORKLOAD,
      SERVER,
      TRANSPORT),
  PROBE_DURATION(
      "dnsonde_probe_duration_seconds",
      Type.HISTOGRAM,
      Unit.SECONDS,
      "Time from the first octet sent to the last received, of queries with an answer,"
          + " right or wrong.",
      SOURCE_NAMESPACE,
      SERVER,
      TRANSPORT,
      SCOPE),
  LOOKUP_DURATION(
      "dnsonde_lookup_duration_seconds",
      Type.HISTOGRAM,
      Unit.SECONDS,
      "Time that an application waits for a lookup with its search list and retries, whether it"
          + " succeeds or fails. Only with questions[].lookup.",
      SOURCE_NAMESPACE,
      RESOLVER,
      NAME),
  LOOKUP_QUERIES(
      "dnsonde_lookup_queries",
      Type.GAUGE,
      Unit.NONE,
      "Queries of the latest lookup: the cost of the search list. Only with questions[].lookup.",
      SOURCE_NAMESPACE,
      RESOLVER,
      NAME),
  LOOKUP_FAILURES(
      "dnsonde_lookup_failures_total",
      Type.COUNTER,
      Unit.NONE,
      "Lookups that ended with an error, by the reason of the query that decided it. Timeout,"
          + " servfail and nxdomain start at 0. Only with questions[].lookup.",
      SOURCE_NAMESPACE,
      RESOLVER,
      NAME,
      REASON),
  LOOKUP_PAIRS(
      "dnsonde_lookup_pairs_total",
      Type.COUNTER,
      Unit.NONE,
      "Pairs of A and AAAA that lookups sent at once from one socket, or for comparison from 2, by"
          + " the number of replies: both, one or none. Only with questions[].lookup, glibc or"
          + " musl.",
      SOURCE_NAMESPACE,
      SOCKETS,
      REPLIES),
  LONG_LIVED_SOCKET_QUERIES(
      "dnsonde_long_lived_socket_queries_total",
      Type.COUNTER,
      Unit.NONE,
      "Queries over sockets that are kept open: answered, unanswered, or stale if new sockets get"
          + " answers at the same time. Only with cluster.long-lived-sockets.",
      SOURCE_NAMESPACE,
      SERVER,
      RESULT),
  TRIALS(
      "dnsonde_trials_total",
      Type.COUNTER,
      Unit.NONE,
      "Comparisons of queries, by result (docs/lookups.md has the words). The result without a"
          + " failure starts at 0, others appear when they first occur. Only with"
          + " questions[].large or questions[].fresh.",
      SOURCE_NAMESPACE,
      SERVER,
      NAME,
      TRIAL,
      RESULT),
  TRIAL_DURATION(
      "dnsonde_trial_duration_seconds",
      Type.HISTOGRAM,
      Unit.SECONDS,
      "Time until an answer, right or wrong, for a name that caches know (cached) and for one with"
          + " a random label (fresh). Only with questions[].fresh.",
      SOURCE_NAMESPACE,
      SERVER,
      NAME,
      CACHE),
  PATH_UNANSWERED(
      "dnsonde_path_unanswered_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Time since the last response; 0 after one. Below 20 until three queries in a row got none,"
          + " then an outage from 20 on; +Inf if no response was ever seen. Absent while nothing is"
          + " known.",
      SOURCE_NAMESPACE,
      SOURCE_WORKLOAD,
      SERVER,
      TRANSPORT,
      IN_USE),
  BACKGROUND_PATH_UNANSWERED(
      "dnsonde_background_path_unanswered_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "dnsonde_path_unanswered_seconds of a background vantage, which has no other series. Absent"
          + " if the last query is older than two background periods.",
      SOURCE_NAMESPACE,
      SOURCE_WORKLOAD,
      SERVER,
      TRANSPORT,
      IN_USE),
  PATH_UNANSWERED_RATIO(
      "dnsonde_path_unanswered_ratio",
      Type.GAUGE,
      Unit.NONE,
      "Share of the queries of the last two minutes that got no response in time. 0 during an"
          + " outage, which dnsonde_path_unanswered_seconds shows.",
      SOURCE_NAMESPACE,
      SOURCE_WORKLOAD,
      SERVER,
      TRANSPORT,
      IN_USE),
  SERVER_PROBES(
      "dnsonde_server_probes_total",
      Type.COUNTER,
      Unit.NONE,
      "The same as dnsonde_probes_total, of all vantages of the node together.",
      SERVER,
      TRANSPORT,
      IN_USE),
  SERVER_PROBE_FAILURES(
      "dnsonde_server_probe_failures_total",
      Type.COUNTER,
      Unit.NONE,
      "The same as dnsonde_probe_failures_total, of all vantages of the node together.",
      SERVER,
      TRANSPORT,
      IN_USE,
      REASON),
  SERVER_PROBE_DURATION(
      "dnsonde_server_probe_duration_seconds",
      Type.HISTOGRAM,
      Unit.SECONDS,
      "The same as dnsonde_probe_duration_seconds, of all vantages of the node together.",
      SERVER,
      SCOPE),
  SERVER_UNANSWERED(
      "dnsonde_server_unanswered_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Least dnsonde_path_unanswered_seconds of the paths that worked within a week; 0 if they are"
          + " of one namespace. From 20 on no pod of the node gets a response."
          + " Absent without such paths.",
      SERVER,
      TRANSPORT,
      IN_USE),
  SERVER_VANTAGES(
      "dnsonde_server_vantages",
      Type.GAUGE,
      Unit.NONE,
      "Vantages whose own resolver queries the server.",
      SERVER),
  SERVER_SERVFAIL(
      "dnsonde_server_servfail_vantages",
      Type.GAUGE,
      Unit.NONE,
      "Of dnsonde_server_vantages, those that get SERVFAIL, each counted by the share of its"
          + " queries of the last two minutes: a quarter counts as 0.25.",
      SERVER,
      SCOPE),
  SERVER_SLOW(
      "dnsonde_server_slow_vantages",
      Type.GAUGE,
      Unit.NONE,
      "Likewise those that get responses slower than 0.5 s (internal names) or 2 s (external"
          + " names).",
      SERVER,
      SCOPE),
  NAMESPACE_WRONG(
      "dnsonde_namespace_wrong_vantages",
      Type.GAUGE,
      Unit.NONE,
      "Vantages that get wrong answers from a server in use, each counted by the share of its"
          + " queries of the last two minutes. Absent when 0. SERVFAIL is counted by server.",
      SOURCE_NAMESPACE,
      SERVER,
      REASON),
  NAMESPACE_UNTESTED(
      "dnsonde_namespace_untested_vantages",
      Type.GAUGE,
      Unit.NONE,
      "Vantages whose queries could not be sent or not properly waited for, each counted by the"
          + " share of its queries of the last two minutes. Absent when 0.",
      SOURCE_NAMESPACE,
      CAUSE),
  FINDING_INFO(
      "dnsonde_finding_info",
      Type.INFO,
      Unit.NONE,
      "A finding, while it lasts: one for each namespace it concerns, at most 20. Values are cut at"
          + " 200 characters.",
      CODE,
      SOURCE_NAMESPACE,
      SERVER,
      TRANSPORT,
      POLICIES,
      EXPLANATION),
  LAST_OUTCOME_AGE(
      "dnsonde_last_outcome_age_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Time since the last query of any probe ended, or could not be sent."),
  PROBES_UNTESTED(
      "dnsonde_probes_untested_total",
      Type.COUNTER,
      Unit.NONE,
      "Queries that could not be sent, or not properly waited for, through no fault of DNS.",
      SOURCE_NAMESPACE,
      CAUSE),
  PROBE_INTERVAL(
      "dnsonde_probe_interval_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Time from one query of a probe to the next, or its wait so far: the longest in the"
          + " namespace.",
      SOURCE_NAMESPACE),
  POLICY_VERDICT(
      "dnsonde_policy_verdict",
      Type.GAUGE,
      Unit.NONE,
      "1 for the verdict of the NetworkPolicies on these queries: allow, deny or unknown."
          + " Label likely: the expected one. Other metrics show what the policy engine does."
          + " Absent in mode self.",
      SOURCE_NAMESPACE,
      SOURCE_WORKLOAD,
      SERVER,
      TRANSPORT,
      VERDICT,
      LIKELY),
  NAMESPACE_BLIND(
      "dnsonde_namespace_blind",
      Type.GAUGE,
      Unit.NONE,
      "1 for a namespace that has pods on this node, none of which can be a vantage; the"
          + " cause is that of the pod that came nearest. Absent otherwise.",
      SOURCE_NAMESPACE,
      CAUSE),
  NAMESPACE_EXPECTED(
      "dnsonde_namespace_expected_no_dns",
      Type.GAUGE,
      Unit.NONE,
      "Share of the namespace's vantages on this node for which annotations say that no DNS is"
          + " expected: 1 for all of them. Absent when 0. Their paths count in no other gauge.",
      SOURCE_NAMESPACE),
  NAMESPACE_OWNER(
      "dnsonde_namespace_owner",
      Type.GAUGE,
      Unit.NONE,
      "1 for a namespace with pods on this node and the value of its label cluster.owner-label."
          + " Absent without the label.",
      SOURCE_NAMESPACE,
      OWNER),
  REPLIES_IGNORED(
      "dnsonde_replies_ignored_total",
      Type.COUNTER,
      Unit.NONE,
      "Messages with a wrong id or a wrong question, received while waiting for an answer.",
      SERVER,
      TRANSPORT),
  SERVER_INFO(
      "dnsonde_server_info",
      Type.INFO,
      Unit.NONE,
      "The address of a server.",
      SERVER,
      ADDRESS,
      PORT),
  VANTAGE_INFO(
      "dnsonde_vantage_info",
      Type.INFO,
      Unit.NONE,
      "A pod whose network queries are sent from.",
      SOURCE_NAMESPACE,
      SOURCE_WORKLOAD,
      SOURCE_POD),
  AGENT_INFO("dnsonde_agent_info", Type.INFO, Unit.NONE, "This agent.", AGENT_NODE, VERSION, MODE),
  VANTAGES(
      "dnsonde_vantages",
      Type.GAUGE,
      Unit.NONE,
      "Number of pods whose networks queries are sent from."),
  SERVERS_IN_USE(
      "dnsonde_servers_in_use",
      Type.GAUGE,
      Unit.NONE,
      "Number of servers that the own resolver of at least one vantage queries. Failures of"
          + " other servers do not page: at 0, while there are vantages, nothing can page."),
  NETWORK_NAMESPACES(
      "dnsonde_network_namespaces",
      Type.GAUGE,
      Unit.NONE,
      "Number of pod addresses whose network namespace is known. Absent in mode self."),
  QUESTIONS_PER_SECOND_LIMIT(
      "dnsonde_questions_per_second_limit",
      Type.GAUGE,
      Unit.NONE,
      "Queries per second that this agent may send to servers off its node: its share of"
          + " schedule.budget.cluster, at most schedule.budget.node."),
  QUESTIONS_IN_FLIGHT(
      "dnsonde_questions_in_flight",
      Type.GAUGE,
      Unit.NONE,
      "Number of queries waiting for their answers, each with its own socket."),
  SCHEDULE_DELAY(
      "dnsonde_schedule_delay_seconds",
      Type.HISTOGRAM,
      Unit.SECONDS,
      "Delay of queries against the schedule."),
  SCHEDULE_STARVED(
      "dnsonde_schedule_starved_seconds_total",
      Type.COUNTER,
      Unit.SECONDS,
      "Time in which the agent got no CPU and could neither send nor receive."),
  KUBE_LAST_SYNC(
      "dnsonde_kube_last_sync_timestamp_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Unix time of the last response of the API server, for the watched resource with the"
          + " oldest one. Absent until every resource was listed, and in mode self."),
  KUBE_SYNC_AGE(
      "dnsonde_kube_sync_age_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Time since the API server was last heard of, by the clock of the node: the longest of"
          + " everything watched. Absent until all of it was listed, and in mode self."),
  KUBE_RESOURCE_LAST_SYNC(
      "dnsonde_kube_resource_last_sync_timestamp_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Unix time of the last response of the API server about one resource. Absent until it"
          + " was listed.",
      RESOURCE),
  KUBE_RESOURCE_SYNCED(
      "dnsonde_kube_resource_synced",
      Type.GAUGE,
      Unit.NONE,
      "1 if the resource was listed since the agent started, otherwise 0. The log then"
          + " names the missing permission. Without pods or namespaces nothing is probed. Absent"
          + " in mode self.",
      RESOURCE),
  KUBE_WATCH_ERRORS(
      "dnsonde_kube_watch_errors_total",
      Type.COUNTER,
      Unit.NONE,
      "Lists and watches of the Kubernetes API that failed and were retried.",
      RESOURCE),
  CONFIG_RELOAD_SUCCESSFUL(
      "dnsonde_config_last_reload_successful",
      Type.GAUGE,
      Unit.NONE,
      "1 if the configuration read last is in force, 0 if it, or a certificate, key or"
          + " token file that it names, is invalid and the previous one stayed in force."),
  CONFIG_RELOAD_TIME(
      "dnsonde_config_last_reload_success_timestamp_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Unix time at which the configuration in force was read."),
  HTTP_CERTIFICATE_EXPIRY(
      "dnsonde_http_certificate_expiry_timestamp_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Unix time at which the certificate of http.metrics expires. Absent without TLS."),
  REPORTS(
      "dnsonde_reports_total",
      Type.COUNTER,
      Unit.NONE,
      "Reports that the controller accepted. Absent without reports.service."),
  REPORT_FAILURES(
      "dnsonde_report_failures_total",
      Type.COUNTER,
      Unit.NONE,
      "Reports that the controller did not accept, by reason.",
      REASON),
  REPORT_AGE(
      "dnsonde_report_age_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Time since the controller accepted a report, or since the agent started. Absent without"
          + " reports.service."),
  CONTROLLER_INFO("dnsonde_controller_info", Type.INFO, Unit.NONE, "This controller.", VERSION),
  CONTROLLER_REPORTS(
      "dnsonde_controller_reports_total", Type.COUNTER, Unit.NONE, "Reports that were accepted."),
  CONTROLLER_REPORTS_REFUSED(
      "dnsonde_controller_reports_refused_total",
      Type.COUNTER,
      Unit.NONE,
      "Reports that were refused, by reason.",
      REASON),
  CONTROLLER_REPORT_PARTS_DOUBTED(
      "dnsonde_controller_report_parts_doubted_total",
      Type.COUNTER,
      Unit.NONE,
      "Vantages, classes, blind namespaces and findings of accepted reports that were left out: by"
          + " the API server, their pods are not on the node."),
  CONTROLLER_TOKEN_REVIEWS(
      "dnsonde_controller_token_reviews_total",
      Type.COUNTER,
      Unit.NONE,
      "Tokens that the API server was asked about, by result: valid, rejected or failed.",
      RESULT),
  CONTROLLER_EVENTS(
      "dnsonde_controller_events_total",
      Type.COUNTER,
      Unit.NONE,
      "Kubernetes Events, by result: created, repeated, limited (had to wait for others), dropped"
          + " (never written), refused or failed. Absent unless the controller writes Events.",
      RESULT),
  CONTROLLER_NODES_REPORTING(
      "dnsonde_controller_nodes_reporting",
      Type.GAUGE,
      Unit.NONE,
      "Nodes whose agents reported within the last 30 s."),
  CONTROLLER_PODS(
      "dnsonde_controller_pods", Type.GAUGE, Unit.NONE, "Pods whose node the controller knows."),
  CONTROLLER_SYNC_AGE(
      "dnsonde_controller_sync_age_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Time since the API server was last heard of about pods. Absent until they were listed."),
  CONTROLLER_WATCH_ERRORS(
      "dnsonde_controller_watch_errors_total",
      Type.COUNTER,
      Unit.NONE,
      "Lists and watches of the Kubernetes API that failed and were retried.",
      RESOURCE),
  CONTROLLER_CERTIFICATE_EXPIRY(
      "dnsonde_controller_certificate_expiry_timestamp_seconds",
      Type.GAUGE,
      Unit.SECONDS,
      "Unix time at which agents refuse the controller's certificate (leaf), or those of its"
          + " authority.",
      CERTIFICATE),
  CONTROLLER_ADMISSION_REQUESTS(
      "dnsonde_controller_admission_requests_total",
      Type.COUNTER,
      Unit.NONE,
      "Changes that the API server asked about, by result (docs/admission.md has the words). Absent"
          + " unless controller.admission is on, like the next ones.",
      RESULT),
  CONTROLLER_ADMISSION_DURATION(
      "dnsonde_controller_admission_duration_seconds",
      Type.HISTOGRAM,
      Unit.SECONDS,
      "Time from the arrival of a question about a change to its decision, also if that is to let"
          + " it pass without a judgement (busy)."),
  CONTROLLER_ADMISSION_REACHED(
      "dnsonde_controller_admission_reached",
      Type.GAUGE,
      Unit.NONE,
      "1 if the API server reached the webhook in the controller's last test and the controller"
          + " knows all objects that it judges by, 0 if not. Absent until a test has run."),
  CONTROLLER_ADMISSION_SLIPPED(
      "dnsonde_controller_admission_slipped_total",
      Type.COUNTER,
      Unit.NONE,
      "Changes that would have been refused, and that the API server did not ask about.");

  private final String metricName;
  private final Type type;
  private final Unit unit;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // those of List.of are immutable
  private final List<Label> labels;

  MetricCatalogue(String metricName, Type type, Unit unit, String help, Label... labels) {
    this.metricName = metricName;
    this.type = type;
    this.unit = unit;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** The name in the text format, including the suffix. */
  String metricName() {
    return metricName;
  }

  Type type() {
    return type;
  }

  Unit unit() {
    return unit;
  }

  String help() {
    return help;
  }

  List<Label> labels() {
    return labels;
  }

  String[] labelNames() {
    return labels.stream().map(Label::text).toArray(String[]::new);
  }

  /** The four types in use; {@code info} is a gauge of 1 in the text format. */
  enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM,
    INFO;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Base units only (prometheus.io/docs/practices/naming). */
  enum Unit {
    NONE,
    SECONDS
  }

  /** The names of all labels; those that are about a probe take their values from it. */
  enum Label {
    SOURCE_NAMESPACE(probe -> probe.vantage().namespace()),
    SOURCE_WORKLOAD(probe -> probe.vantage().workload()),
    SOURCE_POD(probe -> probe.vantage().pod()),
    SERVER(probe -> probe.server().name()),
    TRANSPORT(probe -> probe.question().transport().label()),
    SCOPE(probe -> probe.question().scope().label()),
    IN_USE(probe -> Boolean.toString(probe.inUse())),
    ADDRESS(probe -> Addresses.text(probe.server().address())),
    PORT(probe -> Integer.toString(probe.server().port())),
    REASON,
    RESOLVER,
    NAME,
    SOCKETS,
    REPLIES,
    TRIAL,
    CACHE,
    VERDICT,
    CODE,
    POLICIES,
    EXPLANATION,
    LIKELY,
    CAUSE,
    RESOURCE,
    RESULT,
    CERTIFICATE,
    OWNER,
    AGENT_NODE,
    VERSION,
    MODE;

    @SuppressWarnings("ImmutableEnumChecker") // those above are
    private final Optional<Function<Probe, String>> ofProbe;

    Label() {
      this.ofProbe = Optional.empty();
    }

    Label(Function<Probe, String> ofProbe) {
      this.ofProbe = Optional.of(ofProbe);
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the value that a probe has; empty for a label that is not about probes. */
    Optional<String> of(Probe probe) {
      return ofProbe.map(value -> value.apply(probe));
    }
  }
}
