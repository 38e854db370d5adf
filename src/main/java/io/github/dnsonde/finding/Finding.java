package io.github.dnsonde.finding;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.NamespaceOwners;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * An explanation of failing queries, as far as one node, or a controller, can give it: the results
 * on the wire joined with the verdicts of the policies. The policy engine decides in the end, so a
 * policy <em>would</em> deny.
 *
 * @param code the kind of finding, for machines
 * @param subject the affected namespaces, pods, servers and transports
 * @param confidence the degree of certainty
 * @param since time of the first failure that it explains
 * @param sentence the finding in words, for people
 * @param evidence the observations that support it, a sentence each
 * @param policies the deciding policies, as {@code namespace/name}, those of another kind as {@code
 *     GlobalNetworkPolicy.projectcalico.org name}; none if no policy decides
 * @param suggestedPolicy a policy, in YAML, that would fix it; empty if none can
 * @param owners the owners of the affected namespaces, sorted; none if unknown
 */
public record Finding(
    Code code,
    Subject subject,
    Confidence confidence,
    Instant since,
    String sentence,
    List<String> evidence,
    List<String> policies,
    Optional<String> suggestedPolicy,
    List<String> owners) {

  public Finding {
    requireNonNull(code, "code is null");
    requireNonNull(subject, "subject is null");
    requireNonNull(confidence, "confidence is null");
    requireNonNull(since, "since is null");
    requireNonNull(sentence, "sentence is null");
    evidence = List.copyOf(evidence);
    policies = List.copyOf(policies);
    requireNonNull(suggestedPolicy, "suggestedPolicy is null");
    owners = List.copyOf(owners);
  }

  /** Creates a finding whose owners are not known. */
  public Finding(
      Code code,
      Subject subject,
      Confidence confidence,
      Instant since,
      String sentence,
      List<String> evidence,
      List<String> policies,
      Optional<String> suggestedPolicy) {
    this(
        code, subject, confidence, since, sentence, evidence, policies, suggestedPolicy, List.of());
  }

  /** Returns true if a name in a list of policies is a NetworkPolicy's: others have their kind. */
  public static boolean isNetworkPolicy(String policy) {
    return policy.indexOf(' ') < 0;
  }

  /** Returns the finding with the owners of its namespaces, if it is about namespaces. */
  public Finding ownedBy(NamespaceOwners known) {
    return new Finding(
        code,
        subject,
        confidence,
        since,
        sentence,
        evidence,
        policies,
        suggestedPolicy,
        code.isOfNamespace() ? known.of(subject.namespaces()) : List.of());
  }

  /** The part that stays the same while a finding lasts, however many paths it concerns. */
  public Identity identity() {
    return new Identity(
        code,
        switch (code.about()) {
          case NAMESPACE -> subject.namespaces();
          case SERVER -> subject.servers();
          case NODE -> subject.nodes();
        });
  }

  /**
   * Returns the identity without the nodes and namespaces that join a cause while it lasts: nodes
   * where a server fails, and namespaces without an agent.
   */
  public Identity lastingIdentity() {
    boolean grows =
        code == Code.NO_AGENT || (code.about() == About.NODE && code != Code.NODE_POLICY_DIFFERS);
    return grows ? new Identity(code, List.of()) : identity();
  }

  /** Returns the part that findings of several nodes share if they have the same cause. */
  public Cause cause() {
    return new Cause(identity(), policies);
  }

  /** Returns the finding with an earlier beginning, if {@code earlier} is earlier. */
  public Finding since(Instant earlier) {
    return earlier.isBefore(since)
        ? new Finding(
            code,
            subject,
            confidence,
            earlier,
            sentence,
            evidence,
            policies,
            suggestedPolicy,
            owners)
        : this;
  }

  /** Returns the same finding about another scope. */
  public Finding about(Subject other) {
    return new Finding(
        code, other, confidence, since, sentence, evidence, policies, suggestedPolicy, owners);
  }

  /** Returns the same finding with other observations. */
  public Finding supportedBy(List<String> other) {
    return new Finding(
        code, subject, confidence, since, sentence, other, policies, suggestedPolicy, owners);
  }

  /** Returns a copy with times moved by this much, after the wall clock was set. */
  public Finding clockSet(Duration by) {
    return new Finding(
        code,
        subject,
        confidence,
        since.plus(by),
        sentence,
        evidence,
        policies,
        suggestedPolicy,
        owners);
  }

  /**
   * The identity of a finding: two findings with the same identity are one at different times.
   *
   * @param about the names of the affected namespaces, servers or nodes; empty for the node that
   *     the finding was made on
   */
  public record Identity(Code code, List<String> about) {
    public Identity {
      requireNonNull(code, "code is null");
      about = List.copyOf(about);
    }
  }

  /**
   * The cause of a finding: what it is about, and the policies that decide.
   *
   * @param policies the deciding policies, as {@code namespace/name}
   */
  public record Cause(Identity identity, List<String> policies) {
    public Cause {
      requireNonNull(identity, "identity is null");
      policies = List.copyOf(policies);
    }
  }

  /**
   * The scope of a finding; each list is sorted.
   *
   * @param namespaces the affected namespaces
   * @param pods the vantages, as {@code namespace/name}
   * @param servers the names of the queried servers
   * @param transports the transports of the queries
   * @param nodes the names of the affected nodes; empty for the node that the finding was made on
   * @param nodeCount the number of affected nodes, of which {@code nodes} may list the first only
   */
  public record Subject(
      List<String> namespaces,
      List<String> pods,
      List<String> servers,
      List<Transport> transports,
      List<String> nodes,
      int nodeCount) {
    public Subject {
      namespaces = List.copyOf(namespaces);
      pods = List.copyOf(pods);
      servers = List.copyOf(servers);
      transports = List.copyOf(transports);
      nodes = List.copyOf(nodes);
      if (nodeCount < nodes.size()) {
        throw new IllegalArgumentException(
            "nodeCount is " + nodeCount + ", expected at least the " + nodes.size() + " nodes");
      }
    }

    /** Creates a scope that lists all of its nodes. */
    public Subject(
        List<String> namespaces,
        List<String> pods,
        List<String> servers,
        List<Transport> transports,
        List<String> nodes) {
      this(namespaces, pods, servers, transports, nodes, nodes.size());
    }

    /** Creates the scope of a finding on the own node. */
    public Subject(
        List<String> namespaces,
        List<String> pods,
        List<String> servers,
        List<Transport> transports) {
      this(namespaces, pods, servers, transports, List.of());
    }

    /** Returns the same scope on these nodes. */
    public Subject on(List<String> others) {
      return new Subject(namespaces, pods, servers, transports, others);
    }

    /**
     * Returns the same scope with the first names of each kind, and each transport once. The number
     * of nodes stays.
     */
    public Subject first(int most) {
      return new Subject(
          first(namespaces, most),
          first(pods, most),
          first(servers, most),
          transports.stream().distinct().toList(),
          first(nodes, most),
          nodeCount);
    }

    private static List<String> first(List<String> names, int most) {
      return names.size() <= most ? names : names.subList(0, most);
    }

    /** Returns the same scope with only the pods of a namespace. */
    Subject podsOf(String namespace) {
      return new Subject(
          namespaces,
          pods.stream().filter(pod -> pod.startsWith(namespace + "/")).toList(),
          servers,
          transports,
          nodes,
          nodeCount);
    }

    /**
     * Returns the same scope with the first pods and nodes, which are many in a large cluster. The
     * number of nodes stays.
     */
    public Subject brief(int most) {
      return new Subject(
          namespaces, first(pods, most), servers, transports, first(nodes, most), nodeCount);
    }

    /** Returns the union of two subjects. Nodes that neither lists are counted once. */
    public Subject and(Subject other) {
      return union(List.of(this, other));
    }

    /** Returns the union of subjects. */
    public static Subject union(Collection<Subject> all) {
      List<String> nodes = union(all, Subject::nodes);
      return new Subject(
          union(all, Subject::namespaces),
          union(all, Subject::pods),
          union(all, Subject::servers),
          union(all, Subject::transports),
          nodes,
          all.stream().mapToInt(Subject::nodeCount).reduce(nodes.size(), Math::max));
    }

    private static <T> List<T> union(Collection<Subject> all, Function<Subject, List<T>> part) {
      return all.stream().map(part).flatMap(List::stream).distinct().sorted().toList();
    }
  }

  /** The degree of certainty of a finding. */
  public enum Confidence {
    /** Policies and wire agree. */
    LIKELY,
    /** One of several explanations that fit. */
    POSSIBLE,
    /** An observation without a cause. */
    OBSERVED;

    /** The word in JSON and logs. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The kinds of objects that a finding can concern. */
  enum About {
    NAMESPACE,
    SERVER,
    NODE
  }

  /** The closed set of findings. A published word keeps its meaning. */
  public enum Code {
    /** The namespace's policies would deny the unanswered queries. */
    EGRESS_DENIED,
    /** The policies of the DNS pods would deny the unanswered queries. */
    INGRESS_DENIED,
    /**
     * Policies may deny the unanswered queries, depending on the engine or on policies of other
     * kinds.
     */
    POLICY_UNCLEAR,
    /** The namespace's policies would deny queries that are answered nevertheless. */
    NOT_ENFORCED,
    /** The kube-dns Service has no ready endpoint. */
    NO_ENDPOINTS,
    /** The cache of this node answers no query. */
    CACHE_DOWN,
    /** A server answers no query on this node. */
    SERVER_DOWN,
    /** No server answers any query on this node. */
    NODE_CUT_OFF,
    /** One transport reaches a server from no vantage of this node; the other transport does. */
    TRANSPORT_BLOCKED,
    /**
     * Some queries are unanswered while their neighbours' are answered, and no known policy denies
     * them.
     */
    UNEXPLAINED,
    /** SERVFAIL for the cluster's own names: the server itself is in trouble. */
    SERVER_FAILS,
    /** SERVFAIL for external names alone: the upstream resolver is in trouble. */
    UPSTREAM_FAILS,
    /** Answers that are wrong in another way. */
    WRONG_ANSWERS,
    /** Names that policies do not let through: a proxy refuses queries for them. */
    NAMES_REFUSED,
    /** Right answers that come too late. */
    LATE_ANSWERS,
    /** Lookups with the search list fail, although the absolute name is answered. */
    LOOKUP_FAILS,
    /** Replies to A and AAAA are lost if both are sent from one socket. */
    PARALLEL_QUERIES_LOST,
    /** A socket that was kept open gets no answers any more, while new ones do. */
    OLD_SOCKETS_FAIL,
    /** A server gives addresses to names that do not exist. */
    NXDOMAIN_HIJACKED,
    /** A search domain answers for a name of another domain, usually by a wildcard record. */
    SEARCH_DOMAIN_ANSWERS,
    /** Answers that do not fit into a datagram do not arrive, or not whole. */
    LARGE_ANSWERS_FAIL,
    /** Answers over UDP that need fragments do not arrive, smaller ones do. */
    FRAGMENTS_LOST,
    /** A name for trials of large answers has an answer over UDP that is not truncated. */
    LARGE_ANSWER_NOT_CUT,
    /** A cache still answers with a failure whose cause is gone. */
    CACHED_FAILURE,
    /** A server answers a name, but no fresh name below it. */
    FRESH_NAMES_FAIL,
    /** A lookup costs many queries because of the search list. */
    SEARCH_LIST_COST,
    /** A third party answers in place of the servers. */
    INTERCEPTED,
    /**
     * A class of pods is treated differently on some nodes than on others, although the policies
     * are the same: the policy engine or the network of those nodes differs. Only a controller can
     * compare nodes.
     */
    NODE_POLICY_DIFFERS,
    /** Pods run only on nodes without an agent: nothing is known about them. */
    NO_AGENT,
    /** The owners of pods have declared that these get no response from DNS. */
    NO_DNS_DECLARED,
    /** Queries are answered although the owners of the pods have declared that none is. */
    DNS_NOT_EXPECTED,
    /** A declaration that pods need no DNS has ended, and has no effect any more. */
    DECLARATION_EXPIRED,
    /** A declaration that pods need no DNS has a mistake, and so has no effect. */
    DECLARATION_INVALID;

    /** The kind of object that the finding concerns. Each object has its own finding. */
    About about() {
      return switch (this) {
        case EGRESS_DENIED,
            POLICY_UNCLEAR,
            NOT_ENFORCED,
            UNEXPLAINED,
            NAMES_REFUSED,
            LOOKUP_FAILS,
            PARALLEL_QUERIES_LOST,
            OLD_SOCKETS_FAIL,
            LARGE_ANSWERS_FAIL,
            SEARCH_DOMAIN_ANSWERS,
            SEARCH_LIST_COST,
            INTERCEPTED,
            NO_AGENT,
            NO_DNS_DECLARED,
            DNS_NOT_EXPECTED,
            DECLARATION_EXPIRED,
            DECLARATION_INVALID ->
            About.NAMESPACE;
        case INGRESS_DENIED,
            NO_ENDPOINTS,
            CACHE_DOWN,
            SERVER_DOWN,
            TRANSPORT_BLOCKED,
            NXDOMAIN_HIJACKED,
            FRAGMENTS_LOST,
            LARGE_ANSWER_NOT_CUT,
            CACHED_FAILURE,
            FRESH_NAMES_FAIL ->
            About.SERVER;
        case NODE_CUT_OFF,
            SERVER_FAILS,
            UPSTREAM_FAILS,
            WRONG_ANSWERS,
            LATE_ANSWERS,
            NODE_POLICY_DIFFERS ->
            About.NODE;
      };
    }

    /** Returns true if it concerns namespaces, and not a server or a node. */
    public boolean isOfNamespace() {
      return about() == About.NAMESPACE;
    }

    /** Returns true if it concerns a server, and not a namespace or a node. */
    public boolean isOfServer() {
      return about() == About.SERVER;
    }

    /** Returns true if applications cannot resolve names because of it. */
    public boolean hurts() {
      return this != NOT_ENFORCED
          && this != INTERCEPTED
          && this != NO_AGENT
          && this != SEARCH_LIST_COST
          && this != NXDOMAIN_HIJACKED
          && this != OLD_SOCKETS_FAIL
          && this != FRAGMENTS_LOST
          && this != LARGE_ANSWER_NOT_CUT
          && !isOfDeclaration();
    }

    /**
     * Returns true if only an agent can find it, because it comes from queries whose outcomes
     * reports do not contain. It explains no path that fails.
     */
    public boolean isOfAgent() {
      return this == LOOKUP_FAILS
          || this == PARALLEL_QUERIES_LOST
          || this == OLD_SOCKETS_FAIL
          || this == SEARCH_DOMAIN_ANSWERS
          || this == SEARCH_LIST_COST
          || this == NXDOMAIN_HIJACKED
          || this == LARGE_ANSWERS_FAIL
          || this == FRAGMENTS_LOST
          || this == LARGE_ANSWER_NOT_CUT
          || this == CACHED_FAILURE
          || this == FRESH_NAMES_FAIL;
    }

    /** Returns true if it is about a declaration that pods need no DNS. */
    public boolean isOfDeclaration() {
      return this == NO_DNS_DECLARED
          || this == DNS_NOT_EXPECTED
          || this == DECLARATION_EXPIRED
          || this == DECLARATION_INVALID;
    }

    /** Returns true if it explains paths that fail, and not only lookups and the like. */
    public boolean cutsOff() {
      return hurts() && !isOfAgent();
    }

    /** Returns true if a controller takes it from agents' reports: it cannot find it by itself. */
    public boolean isOnlyReported() {
      return isOfAgent() || isOfDeclaration();
    }

    /** The word in JSON and logs, such as {@code egress_denied}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
