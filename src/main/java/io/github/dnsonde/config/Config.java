package io.github.dnsonde.config;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the agent is told: everything checked, nothing left to look up.
 *
 * @param mode whose network questions are asked from
 * @param vantage the agent's own pod
 * @param cluster what is known about the cluster beforehand
 * @param kubernetes how its API is reached
 * @param namespaces which of them are asked from
 * @param pods which of a namespace's pods are asked from
 * @param servers who is asked
 * @param questions what each of them is asked; at least one, each once
 * @param pace how often, how long and how much
 * @param clusterBudget questions per second that all agents together may ask; at least 1
 * @param http where the agent listens
 * @param metrics what is exported
 * @param logging what is logged
 * @param probePods where {@code dnsonde probe-pods} keeps pods to ask from; nothing to the agent
 */
public record Config(
    Mode mode,
    Vantage vantage,
    Cluster cluster,
    Kubernetes kubernetes,
    Namespaces namespaces,
    Pods pods,
    Servers servers,
    List<Question> questions,
    Pace pace,
    int clusterBudget,
    Http http,
    Metrics metrics,
    Logging logging,
    ProbePods probePods) {

  public Config {
    requireNonNull(mode, "mode is null");
    requireNonNull(vantage, "vantage is null");
    requireNonNull(cluster, "cluster is null");
    requireNonNull(kubernetes, "kubernetes is null");
    requireNonNull(namespaces, "namespaces is null");
    requireNonNull(pods, "pods is null");
    requireNonNull(servers, "servers is null");
    questions = List.copyOf(questions);
    requireNonNull(pace, "pace is null");
    requireNonNull(http, "http is null");
    requireNonNull(metrics, "metrics is null");
    requireNonNull(logging, "logging is null");
    requireNonNull(probePods, "probePods is null");
    if (clusterBudget < 1) {
      throw new IllegalArgumentException("the cluster's budget " + clusterBudget + " is below 1");
    }
    requireDistinct("question", questions);
  }

  static void requireDistinct(String what, List<?> all) {
    if (all.isEmpty() || all.stream().distinct().count() != all.size()) {
      throw new IllegalArgumentException(
          "at least one " + what + " is needed, and each only once, found " + all);
    }
  }

  /** Whose network questions are asked from. */
  public enum Mode {
    /** The node's pods. */
    NODE,
    /** The agent's own pod. */
    SELF;

    /** The word in the file, such as {@code node}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is known about the cluster beforehand.
   *
   * @param dns the resolvers that pods are given; when empty, the agent's own {@code
   *     /etc/resolv.conf} tells them, see {@link ResolvConf}
   * @param detectInterception whether vantages ask an address that nobody has
   */
  public record Cluster(
      List<InetAddress> dns,
      KubeDns kubeDns,
      NodeLocalDns nodeLocalDns,
      boolean detectInterception) {
    public Cluster {
      dns = List.copyOf(dns);
      requireNonNull(kubeDns, "kubeDns is null");
      requireNonNull(nodeLocalDns, "nodeLocalDns is null");
    }
  }

  /**
   * The cluster's DNS.
   *
   * @param namespace of its Service
   * @param service the Service's name
   * @param endpoints whether each of its endpoints is asked apart
   */
  public record KubeDns(String namespace, String service, boolean endpoints) {}

  /**
   * The node's own cache, where it is found without being listed.
   *
   * @param address where it listens
   * @param pods which pods in the namespace of the cluster's DNS are it
   */
  public record NodeLocalDns(InetAddress address, LabelSelector pods) {}

  /**
   * How the API server is reached.
   *
   * @param kubeconfig with credentials; empty: the pod's own service account
   */
  public record Kubernetes(Optional<Path> kubeconfig) {
    public Kubernetes {
      requireNonNull(kubeconfig, "kubeconfig is null");
    }
  }

  /**
   * Which namespaces are asked from: those that an include pattern and the selector match, and no
   * exclude pattern.
   */
  public record Namespaces(List<Glob> include, List<Glob> exclude, LabelSelector selector) {
    public Namespaces {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
      requireNonNull(selector, "selector is null");
    }

    /** Whether the namespace of this name and with these labels is among them. */
    public boolean select(String name, Labels labels) {
      return include.stream().anyMatch(glob -> glob.matches(name))
          && exclude.stream().noneMatch(glob -> glob.matches(name))
          && selector.matches(labels);
    }

    /** Whether that depends on labels other than these. */
    public boolean dependOnLabels(String name, Labels known) {
      Namespaces byName = new Namespaces(include, exclude, LabelSelector.EVERYTHING);
      return byName.select(name, known)
          && selector.mayMatch(known)
          && !selector.surelyMatches(known);
    }
  }

  /**
   * Which pods are asked from.
   *
   * @param preferred pods that exist to be asked from
   * @param perNamespace vantages of one namespace on one node, at the most
   * @param foreignKernels runtime classes whose pods keep their sockets elsewhere
   * @param networkNamespaces folders in which the container runtime binds the pods' network
   *     namespaces to files; at least one
   */
  public record Pods(
      LabelSelector preferred,
      int perNamespace,
      List<Glob> foreignKernels,
      List<Path> networkNamespaces) {
    public Pods {
      if (perNamespace < 1) {
        throw new IllegalArgumentException("vantages per namespace " + perNamespace + " < 1");
      }
      requireNonNull(preferred, "preferred is null");
      foreignKernels = List.copyOf(foreignKernels);
      networkNamespaces = List.copyOf(networkNamespaces);
    }

    /** Whether pods of this runtime class keep their sockets in another kernel. */
    public boolean inForeignKernel(String runtimeClass) {
      return foreignKernels.stream().anyMatch(glob -> glob.matches(runtimeClass));
    }
  }

  /** Who is asked. */
  public sealed interface Servers {

    /** What the cluster looks like tells. */
    record Auto() implements Servers {}

    /** These; at least one, each name once. */
    record Listed(List<Server> servers) implements Servers {
      public Listed {
        servers = List.copyOf(servers);
        requireDistinct("server", servers.stream().map(Server::name).toList());
      }
    }
  }

  /**
   * Where the agent listens; port 0 leaves the choice to the system.
   *
   * @param metrics for {@code /metrics}, {@code /livez} and {@code /readyz}
   * @param health also for {@code /livez} and {@code /readyz}, always without TLS
   * @param tls how {@code metrics} is encrypted; empty: not at all
   * @param bearerTokenFile the token that {@code /metrics} takes; empty: it takes none
   * @param api for {@code /} and {@code /api}, which have no login
   */
  public record Http(
      InetSocketAddress metrics,
      Optional<InetSocketAddress> health,
      Optional<Tls> tls,
      Optional<Path> bearerTokenFile,
      InetSocketAddress api) {
    public Http {
      requireNonNull(tls, "tls is null");
      requireNonNull(bearerTokenFile, "bearerTokenFile is null");
      if (metrics.isUnresolved()
          || api.isUnresolved()
          || health.filter(InetSocketAddress::isUnresolved).isPresent()) {
        throw new IllegalArgumentException(
            "listen addresses must be literals, found " + metrics + ", " + health + ", " + api);
      }
    }

    /** Plain HTTP, without a token and without a listener for health alone. */
    public static Http plain(InetSocketAddress metrics, InetSocketAddress api) {
      return new Http(metrics, Optional.empty(), Optional.empty(), Optional.empty(), api);
    }
  }

  /** Files in PEM of a certificate chain and of its private key. */
  public record Tls(Path certificate, Path key) {
    public Tls {
      requireNonNull(certificate, "certificate is null");
      requireNonNull(key, "key is null");
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

  /**
   * Where pods to ask from are kept, and what they are.
   *
   * @param namespaces may include none
   * @param image what such a pod runs; there unless no namespace is included
   * @param labels of each pod, beside its own; of no key that {@link ProbeDeployment#mayCarry}
   *     forbids
   * @param period from one look at the cluster to the next; more than nothing
   */
  public record ProbePods(
      Namespaces namespaces, Optional<String> image, Labels labels, Duration period) {
    public ProbePods {
      requireNonNull(namespaces, "namespaces is null");
      requireNonNull(image, "image is null");
      requireNonNull(labels, "labels is null");
      if (image.isEmpty() && !namespaces.include().isEmpty()) {
        throw new IllegalArgumentException("pods are wanted, and no image for them is given");
      }
      if (!labels.values().keySet().stream().allMatch(ProbeDeployment::mayCarry)) {
        throw new IllegalArgumentException("labels " + labels + " may not all be carried");
      }
      if (!period.isPositive()) {
        throw new IllegalArgumentException("period " + period + " is not more than 0");
      }
    }
  }
}
