package io.github.dnsonde.config;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.probe.LookupQuestion;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.Vantage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The agent's configuration: everything is checked, nothing is left to look up.
 *
 * @param mode the network that the agent probes from
 * @param vantage the agent's own pod
 * @param cluster facts about the cluster that are known in advance
 * @param kubernetes access to its API
 * @param namespaces the namespaces to probe from
 * @param pods the pods of a namespace to probe from
 * @param servers the servers to query
 * @param questions the questions for each server; at least one, no duplicates
 * @param lookups the names to look up as applications do, from one vantage of each namespace
 * @param trials the names whose queries are compared, from one vantage of each namespace
 * @param pace the probe period, timeout and rate limit
 * @param clusterBudget queries per second that all agents together may send; at least 1
 * @param http the addresses that the agent listens on
 * @param metrics the settings of exported metrics
 * @param logging the log's level and format
 * @param probePods the probe pods that {@code dnsonde probe-pods} keeps; the agent does not use it
 * @param reports the controller to report to; empty if there is none
 * @param controller the settings of {@code dnsonde controller}; the agent does not use them
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
    List<LookupQuestion> lookups,
    List<TrialQuestion> trials,
    Pace pace,
    int clusterBudget,
    Http http,
    Metrics metrics,
    Logging logging,
    ProbePods probePods,
    Optional<Reports> reports,
    Controller controller) {

  public Config {
    requireNonNull(mode, "mode is null");
    requireNonNull(vantage, "vantage is null");
    requireNonNull(cluster, "cluster is null");
    requireNonNull(kubernetes, "kubernetes is null");
    requireNonNull(namespaces, "namespaces is null");
    requireNonNull(pods, "pods is null");
    requireNonNull(servers, "servers is null");
    questions = List.copyOf(questions);
    lookups = List.copyOf(lookups);
    trials = List.copyOf(trials);
    requireNonNull(pace, "pace is null");
    requireNonNull(http, "http is null");
    requireNonNull(metrics, "metrics is null");
    requireNonNull(logging, "logging is null");
    requireNonNull(probePods, "probePods is null");
    requireNonNull(reports, "reports is null");
    requireNonNull(controller, "controller is null");
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

  /** The network that the agent probes from. */
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
   * Facts about the cluster that are known in advance.
   *
   * @param dns the resolvers that pods use; if empty, those of the agent's own {@code
   *     /etc/resolv.conf}, see {@link ResolvConf}
   * @param detectInterception whether vantages query addresses that no host has
   * @param ownerLabel the label of Namespaces whose value names their owner
   * @param canary the names that must not exist
   * @param longLivedSockets whether vantages keep a socket open to each server that they use
   */
  public record Cluster(
      List<InetAddress> dns,
      KubeDns kubeDns,
      NodeLocalDns nodeLocalDns,
      boolean detectInterception,
      Optional<String> ownerLabel,
      Canary canary,
      boolean longLivedSockets) {
    public Cluster {
      dns = List.copyOf(dns);
      requireNonNull(kubeDns, "kubeDns is null");
      requireNonNull(nodeLocalDns, "nodeLocalDns is null");
      requireNonNull(ownerLabel, "ownerLabel is null");
      requireNonNull(canary, "canary is null");
    }
  }

  /**
   * The domains below which a random name must not exist.
   *
   * @param internal whether the cluster's own is one of them
   * @param external another one
   */
  public record Canary(boolean internal, Optional<String> external) {

    /** Nothing to check. */
    public static final Canary NONE = new Canary(false, Optional.empty());

    public Canary {
      requireNonNull(external, "external is null");
    }
  }

  /**
   * The cluster's DNS.
   *
   * @param namespace of its Service
   * @param service the Service's name
   * @param endpoints whether each of its endpoints is also queried directly
   */
  public record KubeDns(String namespace, String service, boolean endpoints) {}

  /**
   * The node's own cache, which is found without being listed as a server.
   *
   * @param address the address that it listens on
   * @param pods the selector of its pods in the namespace of the cluster's DNS
   */
  public record NodeLocalDns(InetAddress address, LabelSelector pods) {}

  /**
   * The access to the API server.
   *
   * @param kubeconfig a file with credentials; if empty, the pod's own service account is used
   */
  public record Kubernetes(Optional<Path> kubeconfig) {
    public Kubernetes {
      requireNonNull(kubeconfig, "kubeconfig is null");
    }
  }

  /**
   * The namespaces to probe from: those that an include pattern and the selector match, and no
   * exclude pattern.
   */
  public record Namespaces(List<Glob> include, List<Glob> exclude, LabelSelector selector) {
    public Namespaces {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
      requireNonNull(selector, "selector is null");
    }

    /** Returns whether the namespace of this name and with these labels is selected. */
    public boolean select(String name, Labels labels) {
      return include.stream().anyMatch(glob -> glob.matches(name))
          && exclude.stream().noneMatch(glob -> glob.matches(name))
          && selector.matches(labels);
    }

    /** Returns whether the selection depends on labels other than these. */
    public boolean dependOnLabels(String name, Labels known) {
      Namespaces byName = new Namespaces(include, exclude, LabelSelector.EVERYTHING);
      return byName.select(name, known)
          && selector.mayMatch(known)
          && !selector.surelyMatches(known);
    }
  }

  /**
   * The pods to probe from.
   *
   * @param preferred the selector of pods that exist only for probing
   * @param perNamespace the maximum number of vantages of one namespace on one node
   * @param foreignKernels runtime classes whose pods keep their sockets in another kernel
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

    /** Returns whether pods of this runtime class keep their sockets in another kernel. */
    public boolean inForeignKernel(String runtimeClass) {
      return foreignKernels.stream().anyMatch(glob -> glob.matches(runtimeClass));
    }
  }

  /** The servers to query. */
  public sealed interface Servers {

    /** The servers follow from the cluster. */
    record Auto() implements Servers {}

    /** These servers: at least one, with distinct names. */
    record Listed(List<Server> servers) implements Servers {
      public Listed {
        servers = List.copyOf(servers);
        requireDistinct("server", servers.stream().map(Server::name).toList());
      }
    }
  }

  /**
   * The addresses that the agent listens on; with port 0 the system chooses the port.
   *
   * @param metrics the address for {@code /metrics}, {@code /livez} and {@code /readyz}
   * @param health a second address for {@code /livez} and {@code /readyz}, always without TLS
   * @param tls the certificate of {@code metrics}; if empty, it is not encrypted
   * @param bearerTokenFile the file of the token that {@code /metrics} requires; if empty, it
   *     requires none
   * @param api the address for {@code /} and {@code /api}, which have no login
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

    /** Creates settings for plain HTTP, without a token and without a separate health listener. */
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
   * The settings of exported metrics.
   *
   * @param detail the series that are exported
   * @param policyNames whether the metrics name the policies of findings
   * @param retention the time that the series of a vanished vantage stay; not negative
   */
  public record Metrics(
      Histograms histograms, Detail detail, boolean policyNames, Duration retention) {
    public Metrics {
      requireNonNull(detail, "detail is null");
      requireNonNull(histograms, "histograms is null");
      if (retention.isNegative()) {
        throw new IllegalArgumentException("retention " + retention + " is less than 0");
      }
    }
  }

  /** The series that are exported: those that alerts and dashboards use, or all. */
  public enum Detail {
    CORE,
    FULL
  }

  /** The kind of histogram for durations: fixed buckets, Prometheus' native ones, or both. */
  public enum Histograms {
    BOTH,
    CLASSIC,
    NATIVE
  }

  /** The log's level and format. */
  public record Logging(LogFormat format, System.Logger.Level level) {
    public Logging {
      requireNonNull(format, "format is null");
      requireNonNull(level, "level is null");
    }
  }

  /** The format of one event on one line. */
  public enum LogFormat {
    LOGFMT,
    JSON
  }

  /**
   * The controller that an agent reports to.
   *
   * @param service its Service
   * @param authorities the PEM file of the authorities that may sign its certificate
   * @param token the file of the token that proves the agent's node
   */
  public record Reports(NamespacedName service, Path authorities, Path token) {
    public Reports {
      requireNonNull(service, "service is null");
      requireNonNull(authorities, "authorities is null");
      requireNonNull(token, "token is null");
    }

    /** The name in the certificate of the controller. */
    public String serverName() {
      return serverNameOf(service);
    }
  }

  private static String serverNameOf(NamespacedName service) {
    return service.name() + "." + service.namespace() + ".svc";
  }

  /**
   * The settings of the controller.
   *
   * @param listen the address for reports
   * @param service its own Service
   * @param agents the agents' service account
   * @param events whether it writes Kubernetes Events
   * @param nodesPerClass the number of nodes that take turns with a class of pods; at least 1
   * @param admission the judgement of changes before they are stored
   * @param prometheus has the longer history; empty if there is none
   */
  public record Controller(
      InetSocketAddress listen,
      NamespacedName service,
      NamespacedName agents,
      Certificates certificates,
      boolean events,
      int nodesPerClass,
      Admission admission,
      Optional<Prometheus> prometheus) {
    public Controller {
      requireNonNull(listen, "listen is null");
      requireNonNull(service, "service is null");
      requireNonNull(agents, "agents is null");
      requireNonNull(certificates, "certificates is null");
      requireNonNull(admission, "admission is null");
      requireNonNull(prometheus, "prometheus is null");
      if (nodesPerClass < 1) {
        throw new IllegalArgumentException("a class on " + nodesPerClass + " nodes is not probed");
      }
    }

    /** The name in the certificate that agents expect. */
    public String serverName() {
      return serverNameOf(service);
    }
  }

  /**
   * The judgement of changes before they are stored.
   *
   * @param mode in namespaces without a label of their own
   * @param listen the address of the webhook
   * @param denyDryRun whether dry runs may also be refused
   * @param override who may override a refusal
   * @param webhook the ValidatingWebhookConfiguration whose authorities the controller sets
   * @param lease the Lease, in the controller's namespace, that shows until when it judged
   */
  public record Admission(
      Strictness mode,
      InetSocketAddress listen,
      boolean denyDryRun,
      Overriding override,
      LabelSelector namespaces,
      String webhook,
      String lease) {

    /** The label of a Namespace with its own mode. */
    public static final String LABEL = "dnsonde.github.io/admission";

    public Admission {
      requireNonNull(mode, "mode is null");
      requireNonNull(listen, "listen is null");
      requireNonNull(override, "override is null");
      requireNonNull(namespaces, "namespaces is null");
      requireNonNull(webhook, "webhook is null");
      requireNonNull(lease, "lease is null");
    }

    /** The modes: what becomes of changes that would cut pods off. */
    public enum Strictness {
      OFF,
      WARN,
      DENY
    }

    /** Those who may override a refusal. */
    public enum Overriding {
      ANYONE,
      NOBODY,
      /** The clients that pass a SubjectAccessReview. */
      REVIEWED
    }
  }

  /**
   * The Prometheus that the controller reads.
   *
   * @param url its base, before {@code /api/v1}
   * @param token the file of a bearer token
   * @param authorities the PEM file of the authorities that may sign its certificate; empty for
   *     those of the system
   * @param headers further headers of each request
   * @param matchers the labels that select the series of this cluster
   */
  public record Prometheus(
      URI url,
      Optional<Path> token,
      Optional<Path> authorities,
      Map<String, String> headers,
      Map<String, String> matchers) {
    public Prometheus {
      requireNonNull(url, "url is null");
      requireNonNull(token, "token is null");
      requireNonNull(authorities, "authorities is null");
      headers = Map.copyOf(headers);
      matchers = Map.copyOf(matchers);
    }
  }

  /**
   * The origin of the controller's certificate.
   *
   * @param secret the Secret, in the controller's namespace, of certificates that it makes
   * @param configMap the ConfigMap, in the agents' namespace, of the authorities
   * @param folder contains certificates of others, which are used instead; empty if there are none
   */
  public record Certificates(String secret, String configMap, Optional<Path> folder) {
    public Certificates {
      requireNonNull(secret, "secret is null");
      requireNonNull(configMap, "configMap is null");
      requireNonNull(folder, "folder is null");
    }
  }

  /**
   * The probe pods to keep: their namespaces and their properties.
   *
   * @param namespaces the namespaces that get one; may include none
   * @param image the image that such a pod runs; present unless no namespace is included
   * @param labels further labels of each pod; {@link ProbeDeployment#mayCarry} must allow each key
   * @param period the time between two checks of the cluster; more than 0
   */
  public record ProbePods(
      Namespaces namespaces, Optional<String> image, Labels labels, Duration period) {
    public ProbePods {
      requireNonNull(namespaces, "namespaces is null");
      requireNonNull(image, "image is null");
      requireNonNull(labels, "labels is null");
      if (image.isEmpty() && !namespaces.include().isEmpty()) {
        throw new IllegalArgumentException(
            "namespaces for probe pods are included, but no image is given");
      }
      if (!labels.values().keySet().stream().allMatch(ProbeDeployment::mayCarry)) {
        throw new IllegalArgumentException(
            "labels " + labels + " include one that a probe pod may not carry");
      }
      if (!period.isPositive()) {
        throw new IllegalArgumentException("period " + period + " is not more than 0");
      }
    }
  }
}
