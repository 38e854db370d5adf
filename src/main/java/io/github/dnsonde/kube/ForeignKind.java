package io.github.dnsonde.kube;

import static java.lang.System.Logger.Level.WARNING;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.kube.Resource.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import okhttp3.ResponseBody;

/**
 * The policies of one other kind: looked for now and then while there are none, and followed while
 * there are some. As of NetworkPolicies, those of the namespaces that matter are kept.
 */
final class ForeignKind implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(KubeCluster.class.getName());

  private static final Mask NAMES = Mask.of("metadata(name)");

  /** The part of the heap that the policies of one kind may take: a cluster has a few kinds. */
  private static final int SHARE = 32;

  /** Looks after which a kind that is followed is looked for again: it may be empty. */
  private static final int SELDOM = 10;

  private final PolicyKind kind;
  private final Optional<Query> query;
  private final ApiServer server;
  private final WatchHealth watchHealth;
  private final Surroundings surroundings;
  private final Resource<ForeignPolicy, Optional<Known>> resource;
  private volatile Presence presence = Presence.UNKNOWN;
  private volatile Set<String> wanted = Set.of();
  private volatile boolean asked;
  private volatile boolean aimed;
  private volatile boolean forbidden;
  private volatile boolean closed;
  private int looks;

  /**
   * What it has in common with the other kinds.
   *
   * @param dnsNamespace whose policies are kept when there are too many
   * @param told the kinds of which the log tells already that they may not be listed
   * @param changed is run after each change
   */
  record Surroundings(String dnsNamespace, Set<PolicyKind> told, Runnable changed) {}

  /** Whether there are any. */
  private enum Presence {
    UNKNOWN,
    FORBIDDEN,
    NONE,
    SOME
  }

  /**
   * Policies that there are.
   *
   * @param complete the namespaces of which all are known; of a kind without namespaces, the one
   *     without a name
   */
  private record Known(List<ForeignPolicy> policies, Set<String> complete) {

    static Known of(Contents<ForeignPolicy> all) {
      return new Known(all.known().toList(), all.complete());
    }
  }

  /**
   * Makes one of which nothing is known.
   *
   * @param path of all its objects; empty where the server did not tell
   */
  ForeignKind(
      PolicyKind kind,
      Optional<String> path,
      ApiServer server,
      Timing timing,
      WatchHealth watchHealth,
      Surroundings surroundings) {
    this.kind = kind;
    this.query = path.map(Query::all);
    this.server = server;
    this.watchHealth = watchHealth;
    this.surroundings = surroundings;
    this.resource =
        new Resource<>(
            watchHealth,
            server,
            timing,
            surroundings.changed(),
            new Kind<>(
                new ForeignTranslation(kind),
                this::store,
                all -> Optional.of(Known.of(all)),
                Optional.empty()));
  }

  private Store<ForeignPolicy> store() {
    Query all = query.orElseThrow();
    Store.Limits<ForeignPolicy> limits =
        new Store.Limits<>(
            namespace -> namespace.isEmpty() ? all : all.in(namespace),
            Weights::of,
            Runtime.getRuntime().maxMemory() / SHARE,
            surroundings.dnsNamespace());
    return kind.namespaced() ? Store.ofNamespaces(limits) : Store.ofOne(limits);
  }

  /** The path of all its objects. */
  Optional<String> path() {
    return query.map(Query::path);
  }

  /** The kind is new in the cluster: there were none so far. */
  void expectNone() {
    resource.aim(Optional.empty());
  }

  /** Looks whether there are any, if it is time to. */
  void look() {
    boolean before = forbidden;
    forbidden = watchHealth.isForbidden();
    boolean followed = presence == Presence.SOME && !forbidden;
    if (query.isPresent() && (!followed || ++looks % SELDOM == 0)) {
      look(query.get());
    }
    if (forbidden != before) {
      surroundings.changed().run();
    }
  }

  private void look(Query all) {
    try {
      be(areThereAny(all) ? Presence.SOME : Presence.NONE);
      if (presence == Presence.NONE) {
        watchHealth.well(); // whoever follows tells it else
      } else if (forbidden) {
        tell(); // all but the watch is allowed
      }
    } catch (StatusException refusal) {
      refused(refusal);
    } catch (IOException | RuntimeException failure) {
      failed(failure);
    }
    asked = true;
  }

  private boolean areThereAny(Query all) throws IOException {
    AtomicBoolean any = new AtomicBoolean();
    try (ResponseBody body = ApiServer.answer(server.callForMetadata(all.listed(1)))) {
      ListPage listPage = ApiServer.reader(body).page(NAMES, _ -> any.set(true));
      return any.get() || listPage.more().isPresent();
    }
  }

  private void refused(StatusException refusal) {
    if (refusal.isForbidden()) {
      be(Presence.FORBIDDEN);
      tell();
    } else if (refusal.isNotFound()) {
      be(Presence.NONE); // gone since the server was asked for its kinds
    } else {
      failed(refusal);
    }
  }

  private void failed(Exception failure) {
    if (!closed) {
      watchHealth.failed(failure);
    }
  }

  private void tell() {
    if (surroundings.told().add(kind)) {
      LOG.log(
          WARNING,
          "Kubernetes API: {0}: may not be listed, so that verdicts are unknown where one of them"
              + " may decide; needed: list and watch of {1} ({2})",
          watchHealth.name(),
          kind.plural(),
          kind.group());
    }
  }

  private void be(Presence now) {
    boolean news = presence != now;
    presence = now;
    follow();
    if (news) {
      surroundings.changed().run();
    }
  }

  /** From now on the policies of these namespaces are wanted. */
  void want(Set<String> namespaces) {
    wanted = namespaces;
    if (kind.namespaced()) {
      resource.want(namespaces);
    }
    aimed = true;
    follow();
  }

  /** Nothing is followed before it is known which namespaces are wanted. */
  private void follow() {
    switch (presence) {
      case SOME -> {
        if (aimed) {
          resource.aim(query);
        }
      }
      case NONE, FORBIDDEN -> resource.aim(Optional.empty());
      case UNKNOWN -> {
        // nothing to follow
      }
    }
  }

  /** Whether it was found out what there is, or tried in vain. */
  boolean settled() {
    return query.isEmpty()
        || watchHealth.isTroubled()
        || (asked && (presence != Presence.SOME || resource.synced()));
  }

  /** Those that there are, or may be. */
  Stream<ForeignPolicy> policies() {
    return switch (presence) {
      case UNKNOWN, FORBIDDEN -> Stream.of(ForeignPolicy.possible(kind));
      case NONE -> Stream.of();
      case SOME -> followed();
    };
  }

  /** Of a kind that had none, none are known until they are listed. */
  private Stream<ForeignPolicy> followed() {
    Optional<Known> known = resource.value();
    boolean untold = known.isEmpty() && (watchHealth.isTroubled() || !resource.synced());
    if (untold || forbidden) {
      return Stream.of(ForeignPolicy.possible(kind));
    }
    return known.stream()
        .flatMap(each -> Stream.concat(each.policies().stream(), missing(each.complete())));
  }

  /** Policies of namespaces of which not all are known. */
  private Stream<ForeignPolicy> missing(Set<String> complete) {
    ForeignPolicy possible = ForeignPolicy.possible(kind);
    if (!kind.namespaced()) {
      return complete.isEmpty() ? Stream.of(possible) : Stream.of();
    }
    return wanted.stream()
        .filter(namespace -> !complete.contains(namespace))
        .sorted()
        .map(possible::in);
  }

  @Override
  public void close() {
    closed = true;
    resource.close();
  }
}
