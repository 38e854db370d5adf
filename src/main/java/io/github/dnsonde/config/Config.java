package io.github.dnsonde.config;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the agent is told: everything checked, nothing left to look up.
 *
 * @param mode whose network questions are asked from
 * @param vantage the agent's own pod
 * @param cluster what is known about the cluster beforehand
 * @param servers who is asked; at least one, each name once
 * @param questions what each of them is asked; at least one, each once
 * @param pace how often, how long and how much
 * @param http where the agent listens
 * @param metrics what is exported
 * @param logging what is logged
 */
public record Config(
    Mode mode,
    Vantage vantage,
    Cluster cluster,
    List<Server> servers,
    List<Question> questions,
    Pace pace,
    Http http,
    Metrics metrics,
    Logging logging) {

  /** What an empty file means in an empty environment. */
  public static final Config DEFAULT = ConfigFile.defaults();

  /** What is bound or chosen once, at start. */
  private static final Map<Key<?>, Function<Config, Object>> FIXED_AT_START = fixedAtStart();

  public Config {
    requireNonNull(mode, "mode is null");
    requireNonNull(vantage, "vantage is null");
    requireNonNull(cluster, "cluster is null");
    servers = List.copyOf(servers);
    questions = List.copyOf(questions);
    requireNonNull(pace, "pace is null");
    requireNonNull(http, "http is null");
    requireNonNull(metrics, "metrics is null");
    requireNonNull(logging, "logging is null");
    requireDistinct("server", servers.stream().map(Server::name).toList());
    requireDistinct("question", questions);
  }

  private static void requireDistinct(String what, List<?> all) {
    if (all.isEmpty() || all.stream().distinct().count() != all.size()) {
      throw new IllegalArgumentException(
          "at least one " + what + " is needed, and each only once, found " + all);
    }
  }

  /**
   * The paths of the keys whose values differ from those in force and are not taken up while the
   * agent runs.
   *
   * @param old what the agent was started with
   */
  public List<String> needsRestart(Config old) {
    return FIXED_AT_START.entrySet().stream()
        .filter(fixed -> !fixed.getValue().apply(this).equals(fixed.getValue().apply(old)))
        .map(fixed -> fixed.getKey().path())
        .toList();
  }

  /** The keys that take effect only after a restart. */
  static List<Key<?>> keysFixedAtStart() {
    return List.copyOf(FIXED_AT_START.keySet());
  }

  private static Map<Key<?>, Function<Config, Object>> fixedAtStart() {
    Map<Key<?>, Function<Config, Object>> fixed = new LinkedHashMap<>();
    fixed.put(Keys.MODE, Config::mode);
    fixed.put(Keys.HTTP_METRICS, config -> config.http().metrics());
    fixed.put(Keys.HTTP_API, config -> config.http().api());
    fixed.put(Keys.METRICS_HISTOGRAMS, config -> config.metrics().histograms());
    return fixed;
  }

  /** Whose network questions are asked from. */
  public enum Mode {
    /** The agent's own pod. */
    SELF
  }

  /**
   * What is known about the cluster beforehand.
   *
   * @param dns the resolvers that pods are given; when empty, the agent's own {@code
   *     /etc/resolv.conf} tells them, see {@link ResolvConf}
   */
  public record Cluster(List<InetAddress> dns) {
    public Cluster {
      dns = List.copyOf(dns);
    }
  }

  /**
   * Where the agent listens; port 0 leaves the choice to the system.
   *
   * @param metrics for {@code /metrics}, {@code /livez} and {@code /readyz}
   * @param api for {@code /} and {@code /api}, which have no login
   */
  public record Http(InetSocketAddress metrics, InetSocketAddress api) {
    public Http {
      if (metrics.isUnresolved() || api.isUnresolved()) {
        throw new IllegalArgumentException(
            "listen addresses must be literals, found " + metrics + " and " + api);
      }
    }
  }

  /**
   * What is exported.
   *
   * @param retention how long series of a vanished vantage stay; not negative
   */
  public record Metrics(Histograms histograms, Duration retention) {
    public Metrics {
      requireNonNull(histograms, "histograms is null");
      if (retention.isNegative()) {
        throw new IllegalArgumentException("retention " + retention + " is less than 0");
      }
    }
  }

  /** How durations are counted: in fixed buckets, in Prometheus' native ones, or in both. */
  public enum Histograms {
    BOTH,
    CLASSIC,
    NATIVE
  }

  /** How much is logged, and how it is written. */
  public record Logging(LogFormat format, System.Logger.Level level) {
    public Logging {
      requireNonNull(format, "format is null");
      requireNonNull(level, "level is null");
    }
  }

  /** How one event becomes one line. */
  public enum LogFormat {
    LOGFMT,
    JSON
  }
}
