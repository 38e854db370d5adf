package io.github.dnsonde.json;

import static io.github.dnsonde.json.FieldReader.required;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.BlindNamespace;
import io.github.dnsonde.report.ClassKey;
import io.github.dnsonde.report.Limits;
import io.github.dnsonde.report.PathResult;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportedFinding;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.report.ReportedWork;
import io.github.dnsonde.report.UnprobedPod;
import io.github.dnsonde.report.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a report field by field. */
final class ReportReading {

  private final FieldReader json;

  /** The servers so far, by name: a node's paths share a few. */
  private final Map<String, Server> servers = new HashMap<>();

  /** The addresses so far, by their text. */
  private final Map<String, InetAddress> addresses = new HashMap<>();

  private ReportReading(FieldReader json) {
    this.json = json;
  }

  static Report of(InputStream octets) throws IOException {
    return FieldReader.read(
        octets, Limits.OCTETS, json -> new ReportReading(json).new ReportFields().read());
  }

  /** A text that the reports of many nodes repeat: it is kept once, for as long as one needs it. */
  private String shared() throws IOException {
    return json.text().intern();
  }

  private Server server(String name, InetAddress address, int port) {
    Server known = servers.get(name);
    if (known != null && known.address().equals(address) && known.port() == port) {
      return known;
    }
    Server server = new Server(name, address, port);
    servers.put(name, server);
    return server;
  }

  private final class ReportFields {
    private @Nullable String node;
    private @Nullable String version;
    private @Nullable String mode;
    private @Nullable Duration running;
    private Usage usage = Usage.NONE;
    private Optional<ReportedWork> work = Optional.empty();
    private int omitted;
    private @Nullable List<ReportedVantage> vantages;
    private List<BlindNamespace> blind = List.of();
    private List<ReportedFinding> findings = List.of();
    private List<UnprobedPod> unprobed = List.of();

    private Report read() throws IOException {
      json.object(this::field);
      return new Report(
          required("node", node),
          required("version", version),
          required("mode", mode),
          required("runningSeconds", running),
          required("vantages", vantages),
          blind,
          findings,
          usage,
          work,
          omitted + json.leftOut(),
          unprobed);
    }

    private void field(String name) throws IOException {
      switch (name) {
        case "node" -> node = json.text();
        case "version" -> version = json.text();
        case "mode" -> mode = json.text();
        case "runningSeconds" -> running = json.age();
        case "usage" -> usage = new UsageFields().read();
        case "work" ->
            work = json.isNull() ? Optional.empty() : Optional.of(new WorkFields().read());
        case "omitted" -> omitted = Math.clamp(json.whole(), -1, Limits.OCTETS);
        case "vantages" ->
            vantages = json.array("vantages", Limits.VANTAGES, () -> new VantageFields().read());
        case "blind" ->
            blind = json.array("blind namespaces", Limits.BLIND, () -> new BlindFields().read());
        case "unprobed" ->
            unprobed =
                json.array(
                    "pods that are not probed", Limits.UNPROBED, () -> new UnprobedFields().read());
        case "findings" ->
            findings = json.array("findings", Limits.FINDINGS, () -> new FindingFields().read());
        default -> json.skip();
      }
    }
  }

  private final class UsageFields {
    private Usage.Rate offNode = Usage.Rate.NONE;
    private Usage.Rate onNode = Usage.Rate.NONE;
    private long series;
    private double processors;

    private Usage read() throws IOException {
      json.object(
          name -> {
            switch (name) {
              case "offNode" -> offNode = new RateFields().read();
              case "onNode" -> onNode = new RateFields().read();
              case "series" -> series = json.whole();
              case "processors" -> processors = json.number();
              default -> json.skip();
            }
          });
      return new Usage(offNode, onNode, series, processors);
    }
  }

  private final class RateFields {
    private double wanted;
    private double used;

    private Usage.Rate read() throws IOException {
      json.object(
          name -> {
            switch (name) {
              case "wanted" -> wanted = json.number();
              case "used" -> used = json.number();
              default -> json.skip();
            }
          });
      return new Usage.Rate(wanted, used);
    }
  }

  private final class WorkFields {
    private @Nullable Double share;
    private int agents;
    private double other;
    private List<ReportedWork.ClassRound> classes = List.of();

    private ReportedWork read() throws IOException {
      json.object(
          name -> {
            switch (name) {
              case "share" -> share = json.number();
              case "agents" -> agents = json.count();
              case "other" -> other = json.number();
              case "classes" ->
                  classes =
                      json.array("classes", Limits.CLASSES, () -> new ClassRoundFields().read());
              default -> json.skip();
            }
          });
      return new ReportedWork(required("share", share), agents, other, classes);
    }
  }

  private final class ClassRoundFields {
    private @Nullable String namespace;
    private @Nullable String policyClass;
    private int queries;
    private int background;
    private boolean core;

    private ReportedWork.ClassRound read() throws IOException {
      json.object(
          name -> {
            switch (name) {
              case "namespace" -> namespace = shared();
              case "class" -> policyClass = shared();
              case "queries" -> queries = json.count();
              case "background" -> background = json.count();
              case "core" -> core = json.yes();
              default -> json.skip();
            }
          });
      return new ReportedWork.ClassRound(
          new ClassKey(required("namespace", namespace), required("class", policyClass)),
          queries,
          background,
          core);
    }
  }

  private final class BlindFields {
    private @Nullable String namespace;
    private @Nullable String cause;

    private BlindNamespace read() throws IOException {
      json.object(
          name -> {
            switch (name) {
              case "namespace" -> namespace = json.text();
              case "cause" -> cause = json.text();
              default -> json.skip();
            }
          });
      return new BlindNamespace(required("namespace", namespace), required("cause", cause));
    }
  }

  private final class UnprobedFields {
    private @Nullable String namespace;
    private @Nullable String pod;
    private @Nullable String cause;

    private UnprobedPod read() throws IOException {
      json.object(
          name -> {
            switch (name) {
              case "namespace" -> namespace = json.text();
              case "pod" -> pod = json.text();
              case "cause" -> cause = json.text();
              default -> json.skip();
            }
          });
      return new UnprobedPod(
          required("namespace", namespace), required("pod", pod), required("cause", cause));
    }
  }

  private final class VantageFields {
    private @Nullable String namespace;
    private @Nullable String workload;
    private @Nullable String pod;
    private @Nullable String policyClass;
    private boolean core = true;
    private @Nullable List<ReportedPath> paths;

    private ReportedVantage read() throws IOException {
      json.object(
          name -> {
            switch (name) {
              case "namespace" -> namespace = shared();
              case "workload" -> workload = shared();
              case "pod" -> pod = json.text();
              case "class" -> policyClass = shared();
              case "core" -> core = json.yes();
              case "paths" ->
                  paths =
                      json.array("paths of a vantage", Limits.PATHS, () -> new PathFields().read());
              default -> json.skip();
            }
          });
      return new ReportedVantage(
          required("namespace", namespace),
          required("workload", workload),
          required("pod", pod),
          required("class", policyClass),
          core,
          required("paths", paths));
    }
  }

  private final class PathFields {
    private final int mark = json.mark();
    private @Nullable String server;
    private @Nullable InetAddress address;
    private int port;
    private @Nullable Transport transport;
    private boolean inUse;
    private @Nullable PathState state;
    private long sinceMillis;
    private long queriedMillis;
    private List<PathResult> results = List.of();

    private @Nullable ReportedPath read() throws IOException {
      json.object(this::field);
      if (json.leavesOut(mark)) {
        return null;
      }
      return new ReportedPath(
          server(required("server", server), required("address", address), port),
          required("transport", transport),
          inUse,
          required("state", state),
          sinceMillis,
          queriedMillis,
          results);
    }

    private void field(String name) throws IOException {
      switch (name) {
        case "server" -> server = json.text();
        case "address" -> address = addresses.computeIfAbsent(json.text(), InetAddress::ofLiteral);
        case "port" -> port = json.count();
        case "transport" -> transport = json.word(Transport.class);
        case "inUse" -> inUse = json.yes();
        case "state" -> state = json.word(PathState.class);
        case "sinceSeconds" -> sinceMillis = json.ageMillis();
        case "queriedSeconds" -> queriedMillis = json.ageMillis();
        case "results" -> results = results();
        default -> json.skip();
      }
    }

    /** A result with an unknown word stays in the count, so that the whole path is left out. */
    private List<PathResult> results() throws IOException {
      return json.array("results on a path", Limits.RESULTS, () -> new ResultFields().read());
    }
  }

  private final class ResultFields {
    private final int mark = json.mark();
    private @Nullable Scope scope;
    private @Nullable Reason reason;
    private final SortedMap<Reason, Integer> reasons = new TreeMap<>();
    private boolean misunderstood;
    private Duration since = Duration.ZERO;
    private Duration queried = Duration.ZERO;

    private @Nullable PathResult read() throws IOException {
      json.object(this::field);
      return json.mark() != mark
          ? null
          : new PathResult(
              required("scope", scope),
              Optional.ofNullable(reason),
              reasons,
              misunderstood,
              since,
              queried);
    }

    private void field(String name) throws IOException {
      switch (name) {
        case "scope" -> scope = json.word(Scope.class);
        case "reason" -> reason = json.isNull() ? null : json.word(Reason.class);
        case "reasons" -> json.object(this::reason);
        case "misunderstood" -> misunderstood = json.yes();
        case "sinceSeconds" -> since = json.age();
        case "queriedSeconds" -> queried = json.age();
        default -> json.skip();
      }
    }

    private void reason(String label) throws IOException {
      Reason known = json.word(label, Reason.class);
      int count = json.count();
      if (known != null) {
        reasons.put(known, count);
      }
    }
  }

  private final class FindingFields {
    private final int mark = json.mark();
    private Finding.@Nullable Code code;
    private Finding.@Nullable Confidence confidence;
    private Duration since = Duration.ZERO;
    private List<String> namespaces = List.of();
    private List<String> pods = List.of();
    private List<String> servers = List.of();
    private List<Transport> transports = List.of();
    private @Nullable String sentence;
    private List<String> evidence = List.of();
    private List<String> policies = List.of();
    private Optional<String> suggestedPolicy = Optional.empty();

    private @Nullable ReportedFinding read() throws IOException {
      json.object(this::field);
      return json.leavesOut(mark)
          ? null
          : new ReportedFinding(
              required("code", code),
              new Finding.Subject(namespaces, pods, servers, transports),
              required("confidence", confidence),
              since,
              required("sentence", sentence),
              evidence,
              policies,
              suggestedPolicy);
    }

    private void field(String name) throws IOException {
      switch (name) {
        case "code" -> code = json.word(Finding.Code.class);
        case "confidence" -> confidence = json.word(Finding.Confidence.class);
        case "sinceSeconds" -> since = json.age();
        case "namespaces" -> namespaces = json.texts("namespaces of a finding", Limits.NAMES);
        case "pods" -> pods = json.texts("pods of a finding", Limits.NAMES);
        case "servers" -> servers = json.texts("servers of a finding", Limits.NAMES);
        case "transports" ->
            transports =
                json.array(
                    "transports of a finding", Limits.NAMES, () -> json.word(Transport.class));
        case "sentence" -> sentence = json.text();
        case "evidence" -> evidence = json.texts("sentences of evidence", Limits.EVIDENCE);
        case "policies" -> policies = json.texts("policies of a finding", Limits.NAMES);
        case "suggestedPolicy" -> suggestedPolicy = json.optionalText();
        default -> json.skip();
      }
    }
  }
}
