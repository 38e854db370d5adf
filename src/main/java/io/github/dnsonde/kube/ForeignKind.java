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
 * The policies of one other kind. The API server is queried periodically while there are none, and
 * they are watched while there are some. Only policies of relevant namespaces are kept, as with
 * NetworkPolicies.
 */
final class ForeignKind implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(KubeCluster.class.getName());

  private static final Mask NAMES = Mask.of("metadata(name)");

  /** The fraction of the heap that the policies of one kind may take: a cluster has few kinds. */
  private static final int SHARE = 32;

  /** The same for a kind whose rules are kept, and the most that they may take. */
  private static final int SHARE_WITH_RULES = 4;

  private static final long MOST_WITH_RULES = 8L << 20;

  /** Checks between two searches for a kind that is watched: it may be empty by then. */
  private static final int SELDOM = 10;

  private final PolicyKind kind;
  private final Optional<Query> query;
  private final ApiServer server;
  private final WatchHealth watchHealth;
  private final Setting setting;
  private final Resource<ForeignPolicy, Optional<Known>> resource;
  private volatile Presence presence = Presence.UNKNOWN;
  private volatile Set<String> wanted = Set.of();
  private volatile boolean asked;
  private volatile boolean aimed;
  private volatile boolean forbidden;
  private volatile boolean closed;
  private int looks;

  /**
   * The settings that all kinds share. {@code reported} has the kinds for which the log already
   * says that they may not be listed.
   *
   * @param dnsNamespace the namespace whose policies are kept if there are too many
   * @param changed run after each change
   */
  record Setting(String dnsNamespace, Set<PolicyKind> reported, Runnable changed) {}

  /** The knowledge about policies of the kind: at first, nothing is known. */
  private enum Presence {
    UNKNOWN,
    FORBIDDEN,
    NONE,
    SOME
  }

  /**
   * The policies that exist.
   *
   * @param complete the namespaces of which all policies are known; for a kind that is not divided
   *     by namespace, the one without a name
   */
  private record Known(List<ForeignPolicy> policies, Set<String> complete) {

    static Known of(Contents<ForeignPolicy> all) {
      return new Known(all.known().toList(), all.complete());
    }
  }

  /**
   * Creates a kind of which nothing is known.
   *
   * @param path the path of all its objects; empty if the server did not say
   */
  ForeignKind(
      PolicyKind kind,
      Optional<String> path,
      ApiServer server,
      Timing timing,
      WatchHealth watchHealth,
      Setting setting) {
    this.kind = kind;
    this.query = path.map(Query::all);
    this.server = server;
    this.watchHealth = watchHealth;
    this.setting = setting;
    this.resource =
        new Resource<>(
            watchHealth,
            server,
            timing,
            setting.changed(),
            new Kind<>(
                new ForeignTranslation(kind),
                this::store,
                all -> Optional.of(Known.of(all)),
                Optional.empty()));
  }

  private long room() {
    long heap = Runtime.getRuntime().maxMemory();
    return kind.isJudged() ? Math.min(heap / SHARE_WITH_RULES, MOST_WITH_RULES) : heap / SHARE;
  }

  /**
   * Returns true if only the objects of relevant namespaces are kept. Policies of any namespace may
   * refer to an object, such as a NetworkSet of Calico.
   */
  private boolean isDivided() {
    return kind.namespaced() && !kind.isReferredTo();
  }

  private Store<ForeignPolicy> store() {
    Query all = query.orElseThrow();
    Store.Limits<ForeignPolicy> limits =
        new Store.Limits<>(
            namespace -> namespace.isEmpty() ? all : all.in(namespace),
            Weights::of,
            room(),
            setting.dnsNamespace());
    return isDivided() ? Store.ofNamespaces(limits) : Store.ofOne(limits);
  }

  /** Returns true if there are policies that may be listed and watched. */
  boolean hasAny() {
    return presence == Presence.SOME && !isForbidden();
  }

  /** Returns true if its policies may not be listed, or not be watched. */
  boolean isForbidden() {
    return presence == Presence.FORBIDDEN || forbidden;
  }

  /** The path of all its objects. */
  Optional<String> path() {
    return query.map(Query::path);
  }

  /** Notes that the kind is new in the cluster: there were no policies so far. */
  void expectNone() {
    resource.aim(Optional.empty());
  }

  /** Checks whether there are any policies, if it is time to. */
  void look() {
    boolean before = forbidden;
    forbidden = watchHealth.isForbidden();
    boolean followed = presence == Presence.SOME && !forbidden;
    if (query.isPresent() && (!followed || ++looks % SELDOM == 0)) {
      look(query.get());
    }
    if (forbidden != before) {
      setting.changed().run();
    }
  }

  private void look(Query all) {
    try {
      be(areThereAny(all) ? Presence.SOME : Presence.NONE);
      if (presence == Presence.NONE) {
        watchHealth.healthy(); // otherwise the resource reports it
      } else if (forbidden) {
        tell(); // everything but the watch is allowed
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
      be(Presence.NONE); // removed since the server listed its kinds
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
    if (setting.reported().add(kind)) {
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
      setting.changed().run();
    }
  }

  /** Sets the namespaces whose policies are wanted. */
  void want(Set<String> namespaces) {
    wanted = namespaces;
    if (isDivided()) {
      resource.want(namespaces);
    }
    aimed = true;
    follow();
  }

  /** Nothing is watched until the wanted namespaces are known. */
  private void follow() {
    switch (presence) {
      case SOME -> {
        if (aimed) {
          resource.aim(query);
        }
      }
      case NONE, FORBIDDEN -> resource.aim(Optional.empty());
      case UNKNOWN -> {
        // nothing to watch
      }
    }
  }

  /** Returns true if the presence of policies was determined, or that failed. */
  boolean settled() {
    return query.isEmpty()
        || watchHealth.isTroubled()
        || (asked && (presence != Presence.SOME || resource.synced()));
  }

  /** The policies that exist, or may exist. */
  Stream<ForeignPolicy> policies() {
    return switch (presence) {
      case UNKNOWN, FORBIDDEN -> Stream.of(ForeignPolicy.possible(kind));
      case NONE -> Stream.of();
      case SOME -> followed();
    };
  }

  /** If a kind had no policies, none are known until they are listed. */
  private Stream<ForeignPolicy> followed() {
    Optional<Known> known = resource.value();
    boolean unknown = known.isEmpty() && (watchHealth.isTroubled() || !resource.synced());
    if (unknown || forbidden) {
      return Stream.of(ForeignPolicy.possible(kind));
    }
    return known.stream()
        .flatMap(each -> Stream.concat(each.policies().stream(), missing(each.complete())));
  }

  /** Placeholders for the policies of namespaces of which not all are known. */
  private Stream<ForeignPolicy> missing(Set<String> complete) {
    ForeignPolicy possible = ForeignPolicy.possible(kind);
    if (!isDivided()) {
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
