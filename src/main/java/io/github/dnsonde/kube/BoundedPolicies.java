package io.github.dnsonde.kube;

import io.github.dnsonde.probe.NamespacedName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the NetworkPolicies of all namespaces within bounds. Of a policy beyond them only the
 * selected pods are kept, and verdicts about these are unknown: no namespace can use up the memory
 * for the others. Belongs to the thread of its {@link Reflector}.
 */
final class BoundedPolicies implements Translation<KnownPolicy> {

  /** The fraction of the heap for the policies of all namespaces. */
  private static final int ALL = 5;

  /** The fraction for those of one namespace: usually more than a thousand policies. */
  private static final int ONE = 50;

  private final PolicyTranslation policies = new PolicyTranslation();
  private final Map<String, Long> weights = new HashMap<>();
  private final Map<NamespacedName, Long> each = new HashMap<>();
  private final long heap;
  private long total;

  /** Creates one for a heap of this many octets. */
  BoundedPolicies(long heap) {
    this.heap = heap;
  }

  @Override
  public Mask mask() {
    return policies.mask();
  }

  @Override
  public Item<KnownPolicy> read(StreamedObject object) {
    Item<KnownPolicy> item = policies.read(object);
    long more = item.known().map(Weights::of).orElse(0L);
    String namespace = object.metadata().text("namespace").orElse("");
    return total + more > heap / ALL || weights.getOrDefault(namespace, 0L) + more > heap / ONE
        ? PolicyTranslation.tooLarge(object)
        : item;
  }

  /** Notes what is kept of a policy now; empty if it is gone. */
  void kept(NamespacedName name, Optional<KnownPolicy> policy) {
    long now = policy.map(Weights::of).orElse(0L);
    Long before = policy.isPresent() ? each.put(name, now) : each.remove(name);
    long more = now - (before == null ? 0 : before);
    total += more;
    weights.merge(name.namespace(), more, (one, other) -> one + other == 0 ? null : one + other);
  }
}
