package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.IgnoreAnnotation;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.manifest.Declared;
import io.github.dnsonde.manifest.Origins;
import io.github.dnsonde.probe.NamespacedName;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the NetworkPolicies of all namespaces within bounds. Of a policy beyond them only the
 * selected pods are kept, and verdicts about these are unknown: no namespace can use up the memory
 * for the others. Belongs to the thread of its {@link Reflector}.
 */
final class BoundedPolicies implements Translation<BoundedPolicies.Watched> {

  /** The fields of a policy that a change of it may be judged by. */
  static final String FIELDS =
      PolicyTranslation.fields(Declared.ANNOTATIONS + "," + IgnoreAnnotation.KEY);

  private static final Mask MASK = Mask.of(FIELDS);

  /** The fraction of the heap for the policies of all namespaces. */
  private static final int ALL = 5;

  /** The fraction for those of one namespace: usually more than a thousand policies. */
  private static final int ONE = 50;

  /** The characters of an annotation that are kept. */
  private static final int LONGEST = 500;

  private final PolicyTranslation policies = new PolicyTranslation();
  private final Map<String, Long> weights = new HashMap<>();
  private final Map<NamespacedName, Long> each = new HashMap<>();
  private final long heap;
  private long total;

  /**
   * The known part of a policy.
   *
   * @param ignores the text of its annotation {@link IgnoreAnnotation#KEY}; may be empty
   * @param created its creation time
   */
  record Watched(KnownPolicy known, String ignores, Instant created) {
    Watched {
      requireNonNull(known, "known is null");
      requireNonNull(ignores, "ignores is null");
      requireNonNull(created, "created is null");
    }

    /** The approximate memory. */
    long weight() {
      return Weights.of(known) + ignores.length();
    }

    /** Returns it as one version of the policy. */
    PolicyVersion version() {
      return new PolicyVersion(
          known instanceof KnownPolicy.Judged(NetworkPolicy policy, _)
              ? Optional.of(policy)
              : Optional.empty(),
          known.declaration(),
          ignores);
    }

    /** Returns it as a policy that exists; empty if its rules are not known. */
    Optional<StoredPolicy> stored() {
      PolicyVersion version = version();
      return version.policy().map(policy -> new StoredPolicy(policy, created, version));
    }
  }

  /** Creates one for a heap of this many octets. */
  BoundedPolicies(long heap) {
    this.heap = heap;
  }

  @Override
  public Mask mask() {
    return MASK;
  }

  @Override
  public Item<Watched> read(StreamedObject object) {
    return switch (bounded(object)) {
      case Item.Read<KnownPolicy>(KnownPolicy known) -> new Item.Read<>(watched(object, known));
      case Item.Unread<KnownPolicy>(String why, Optional<KnownPolicy> known) ->
          new Item.Unread<>(why, known.map(part -> watched(object, part)));
    };
  }

  private Item<KnownPolicy> bounded(StreamedObject object) {
    Item<KnownPolicy> item = policies.read(object);
    String namespace = object.metadata().text("namespace").orElse("");
    String name = object.metadata().text("name").orElse("");
    long kept = name.isEmpty() ? 0 : each.getOrDefault(new NamespacedName(namespace, name), 0L);
    long more = item.known().map(Weights::of).orElse(0L) - kept; // it replaces that
    return total + more > heap / ALL || weights.getOrDefault(namespace, 0L) + more > heap / ONE
        ? PolicyTranslation.tooLarge(object)
        : item;
  }

  static Watched watched(StreamedObject object, KnownPolicy known) {
    return new Watched(known, ignores(object), Origins.created(object.metadata()));
  }

  /** The text of an object's annotation that overrides refusals, as far as it is kept. */
  static String ignores(StreamedObject object) {
    String ignores = object.metadata().object("annotations").text(IgnoreAnnotation.KEY).orElse("");
    return ignores.substring(0, Math.min(ignores.length(), LONGEST));
  }

  /** Notes what is kept of a policy now; empty if it is gone. */
  void kept(NamespacedName name, Optional<Watched> policy) {
    long now = policy.map(watched -> Weights.of(watched.known())).orElse(0L);
    Long before = policy.isPresent() ? each.put(name, now) : each.remove(name);
    long more = now - (before == null ? 0 : before);
    total += more;
    weights.merge(name.namespace(), more, (one, other) -> one + other == 0 ? null : one + other);
  }
}
