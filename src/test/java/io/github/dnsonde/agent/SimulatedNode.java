package io.github.dnsonde.agent;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.diagnosis.Diagnoser;
import io.github.dnsonde.diagnosis.DiagnosisInput;
import io.github.dnsonde.log.FindingLog;
import io.github.dnsonde.log.Logging;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A node with a pod in each of three namespaces, probed by the default schedule in simulated time.
 * Each probe has its own phase. The vantages of a namespace are probed again soon after its
 * policies changed, next to queries in flight. A connection without an answer is retried after 1, 3
 * and 7 s, as on Linux.
 */
final class SimulatedNode {

  private static final NodeCache CACHE =
      new NodeCache(List.of(), Set.of(SampleOutcomes.NODE_LOCAL.address()));
  private static final List<String> NAMESPACES = List.of("analytics", "payments", "shop");
  private static final long PERIOD = 10_000;
  private static final long TIMEOUT = 7_500;
  private static final long STEP = 50;
  private static final long HURRY = 15_000;
  private static final long HURRIED_PERIOD = 500;
  private static final long PATIENCE = 1_500;
  private static final List<Long> RETRANSMISSIONS = List.of(0L, 1_000L, 3_000L, 7_000L);
  private static final Pattern LINE =
      Pattern.compile(
          "level=(\\w+) .*?msg=\"(ended: )?.*? code=(\\w+) source_namespace=(\"[^\"]*\"|\\S+)"
              + " pod=(?:\"[^\"]*\"|\\S+) server=(\"[^\"]*\"|\\S+) transport=(\"[^\"]*\"|\\S+)"
              + ".*?(?: confidence=(\\w+).*)?");

  private final FakeTicker ticker = new FakeTicker();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final List<Handler> handlers = List.of(Logger.getLogger("").getHandlers());
  private final Diagnoser diagnoser = new Diagnoser(Written::yaml);
  private final FindingLog findings = new FindingLog(ticker);
  private final List<Sent> probes = new ArrayList<>();
  private final Map<Probe, Streak> streaks = new HashMap<>();
  private final Set<ProbePath> closed = new HashSet<>();
  private final Random random;
  private double loss;
  private long now;
  private Duration set = Duration.ZERO;
  private ClusterView view = view("");

  /** Creates a node whose probes have phases drawn from this seed. */
  SimulatedNode(long seed) {
    random = new Random(seed);
    Logging.configure(Logging.Format.LOGFMT, System.Logger.Level.INFO, log);
    NAMESPACES.stream()
        .flatMap(name -> SampleOutcomes.eightProbes(SampleOutcomes.vantage(name)).stream())
        .forEach(probe -> probes.add(new Sent(probe)));
  }

  /** One query in flight. */
  private final class Sent {
    private final Probe probe;
    private final ProbePath path;
    private final long slot = STEP * random.nextLong(PERIOD / STEP);
    private final List<Long> inFlight = new ArrayList<>();
    private long due = slot;
    private long hurriedUntil;
    private long latest = -1;

    private Sent(Probe probe) {
      this.probe = probe;
      this.path = ProbePath.of(probe);
    }

    private void step() {
      if (now >= due && (inFlight.isEmpty() || passesBy(inFlight.getLast()))) {
        inFlight.add(now);
        due = hurriedUntil > now + HURRIED_PERIOD ? now + HURRIED_PERIOD : nextSlot();
      }
      inFlight.removeIf(this::ends);
    }

    private boolean passesBy(long at) {
      return hurriedUntil > now && now - at >= PATIENCE;
    }

    private long nextSlot() {
      return now + PERIOD - Math.floorMod(now - slot, PERIOD);
    }

    private boolean ends(long at) {
      long waited = now - at;
      boolean sends =
          path.transport() == Transport.TCP ? RETRANSMISSIONS.contains(waited) : waited == 0;
      if (sends && !closed.contains(path) && random.nextDouble() >= loss) {
        done(at, Duration.ofMillis(waited + 1), SampleOutcomes.good(probe, 1).reply());
        return true;
      }
      if (waited >= TIMEOUT) {
        done(at, Duration.ofMillis(TIMEOUT), new Reply.TimedOut(Reply.Phase.RESPONSE));
        return true;
      }
      return false;
    }

    private void done(long at, Duration took, Reply reply) {
      if (at < latest) {
        return; // overtaken
      }
      latest = at;
      Outcome outcome =
          Outcome.judged(
              probe,
              instant(at),
              Optional.of(took),
              Optional.empty(),
              Ignored.NONE,
              reply,
              Pace.DEFAULT.late());
      Streak before = streaks.get(probe);
      streaks.put(probe, before == null ? Streak.begin(outcome) : before.then(outcome));
    }
  }

  private Instant instant(long millis) {
    return FakeTicker.START.plusMillis(millis).plus(set);
  }

  /** Sets the wall clock; the agent and its memory of outcomes notice it. */
  void setClock(Duration by) {
    set = set.plus(by);
    ticker.setClock(by);
    streaks.replaceAll((_, streak) -> streak.clockSet(by));
    diagnoser.clockSet(by);
  }

  /** Lets time pass, up to this many seconds after the beginning. */
  void until(long seconds) {
    while (now < seconds * 1_000) {
      probes.forEach(Sent::step);
      if (now % 1_000 == 0) {
        findings.accept(
            diagnoser
                .into(
                    new DiagnosisInput(
                        List.copyOf(streaks.values()), view, CACHE, Set.of(), instant(now)))
                .findings());
      }
      now += STEP;
      ticker.advance(Duration.ofMillis(STEP));
    }
  }

  /** Switches to these policies; the vantages of their namespace are probed again soon. */
  void apply(String policies) {
    view = view(policies);
    probes.stream()
        .filter(sent -> sent.path.vantage().namespace().equals("payments"))
        .forEach(
            sent -> {
              sent.hurriedUntil = now + HURRY;
              sent.due = Math.min(sent.due, now + 500 + STEP * random.nextLong(20));
            });
  }

  /** Blocks these paths from now on. */
  void close(Predicate<ProbePath> which) {
    paths().filter(which).forEach(closed::add);
  }

  /** Opens these paths from now on. */
  void open(Predicate<ProbePath> which) {
    closed.removeIf(which);
  }

  /** Loses this share of packets from now on. */
  void lose(double share) {
    loss = share;
  }

  private Stream<ProbePath> paths() {
    return probes.stream().map(sent -> sent.path).distinct();
  }

  /** The lines about findings: the beginning or end of each, and its subject. */
  List<String> logged() {
    return log.toString(StandardCharsets.UTF_8).lines().map(SimulatedNode::brief).toList();
  }

  private static String brief(String line) {
    Matcher matcher = LINE.matcher(line.substring(line.indexOf("level=")));
    if (!matcher.matches()) {
      return line;
    }
    String confidence = matcher.group(7);
    String concerned =
        " [%s] [%s] [%s]"
            .formatted(
                matcher.group(4).replace("\"", ""),
                matcher.group(5).replace("\"", ""),
                matcher.group(6).replace("\"", ""));
    return matcher.group(2) == null
        ? matcher.group(1) + " " + matcher.group(3) + " " + confidence + concerned
        : "over " + matcher.group(3) + concerned;
  }

  void close() {
    Logger root = Logger.getLogger("");
    Stream.of(root.getHandlers()).forEach(root::removeHandler);
    handlers.forEach(root::addHandler);
  }

  private static ClusterView view(String yaml) {
    PolicySet policies =
        Written.policies(
            Written.documents(yaml),
            Map.of(
                "analytics", Labels.NONE,
                "payments", Labels.NONE,
                "shop", Labels.NONE,
                "kube-system", Labels.NONE));
    return new ClusterView(
        policies.namespaces(),
        NAMESPACES.stream().map(name -> pod(name, "web-1", "app", "web")).toList(),
        List.of(pod("kube-system", "coredns-0", "k8s-app", "kube-dns")),
        policies.policies(),
        Optional.of(
            new Service(
                "kube-system",
                "kube-dns",
                List.of(SampleOutcomes.KUBE_DNS.address()),
                new Labels(Map.of("k8s-app", "kube-dns")),
                List.of(port("dns", Protocol.UDP), port("dns-tcp", Protocol.TCP)))),
        List.of(
            new Endpoint(InetAddress.ofLiteral("10.244.0.10"), 53, true, Optional.of("coredns-0"))),
        OtherPolicies.NONE,
        OptionalInt.empty());
  }

  private static Service.Port port(String name, Protocol protocol) {
    return new Service.Port(name, 53, protocol, new PortReference.Numbered(53));
  }

  private static Pod pod(String namespace, String name, String key, String value) {
    return new Pod(
        namespace,
        name,
        "node-a",
        Optional.empty(),
        new Labels(Map.of(key, value)),
        List.of(InetAddress.ofLiteral("10.244.0." + (10 + namespace.length()))),
        false,
        Optional.empty(),
        Pod.Phase.RUNNING,
        true,
        false,
        SampleOutcomes.NOON,
        Optional.of(SampleOutcomes.NOON),
        Pod.Dns.CLUSTER,
        List.of());
  }
}
