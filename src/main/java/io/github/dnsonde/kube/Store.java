package io.github.dnsonde.kube;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The objects of one query that are kept: all of them, or those of the namespaces that matter. A
 * cluster may have any number of namespaces and objects, so what does not concern a node costs
 * nothing there; and what does is bounded, all of it together. When that is too much, the namespace
 * that has most goes, and none is unknown for the sake of another.
 *
 * <p>Belongs to the thread of its {@link Reflector}, but for {@link #want}.
 *
 * @param <T> what an object becomes
 */
final class Store<T> {

  /** What an object costs beside its content. */
  private static final long EACH = 256;

  private final Optional<Limits<T>> limits;
  private final boolean together;
  private final SortedMap<String, Item<T>> objects = new TreeMap<>();
  private final Set<String> complete = new HashSet<>();
  private final Set<String> crowded = new HashSet<>();
  private final Set<String> changedSince = new HashSet<>();
  private final Map<String, Long> weights = new HashMap<>();
  private volatile Set<String> wanted = Set.of();
  private boolean dirty;

  /**
   * What bounds a store.
   *
   * @param part the query for the objects of one namespace
   * @param weight the octets that an object takes, about
   * @param most octets for all objects together
   * @param last the namespace that goes last
   */
  record Limits<T>(
      Function<String, Query> part, ToLongFunction<T> weight, long most, String last) {}

  /**
   * A namespace whose objects are not all known.
   *
   * @param query for them
   */
  record Part(String namespace, Query query) {}

  private Store(Optional<Limits<T>> limits, boolean together) {
    this.limits = limits;
    this.together = together;
  }

  /** Keeps every object of a query that is narrow by itself. */
  static <T> Store<T> ofAll() {
    return new Store<>(Optional.empty(), false);
  }

  /** Keeps the objects of the namespaces that are wanted. */
  static <T> Store<T> ofNamespaces(Limits<T> limits) {
    return new Store<>(Optional.of(limits), false);
  }

  /** Keeps all objects, which are in no namespace, as if they were of the one without a name. */
  static <T> Store<T> ofOne(Limits<T> limits) {
    Store<T> store = new Store<>(Optional.of(limits), true);
    store.want(Set.of(""));
    return store;
  }

  /** From now on the objects of these namespaces are wanted; may be called by any thread. */
  void want(Set<String> namespaces) {
    wanted = together ? Set.of("") : Set.copyOf(namespaces);
  }

  /** Whether a namespace is wanted whose objects are not all known. */
  boolean lacksAny() {
    return limits.isPresent() && !allKnown().containsAll(wanted);
  }

  private Set<String> allKnown() {
    Set<String> known = new HashSet<>(complete);
    known.addAll(crowded);
    return known;
  }

  /** A namespace to be listed by itself, after the first list of all. */
  Optional<Part> missing() {
    Set<String> known = allKnown();
    return limits.flatMap(
        limit ->
            wanted.stream()
                .filter(namespace -> !known.contains(namespace))
                .sorted()
                .findFirst()
                .map(namespace -> new Part(namespace, limit.part().apply(namespace))));
  }

  /** Lets go of the namespaces that are no longer wanted. */
  void trim() {
    if (limits.isEmpty()) {
      return;
    }
    Set<String> keep = wanted;
    complete.retainAll(keep);
    crowded.retainAll(keep);
    Set.copyOf(weights.keySet()).stream()
        .filter(namespace -> !keep.contains(namespace))
        .forEach(this::drop);
  }

  /** Those that were too much, and have changed since, are to be listed again. */
  void reconsider() {
    crowded.removeAll(changedSince);
    changedSince.clear();
  }

  /** Whether an object of this name, of which a watch tells, is kept. */
  boolean takes(String key) {
    String namespace = namespaceOf(key);
    if (crowded.contains(namespace)) {
      changedSince.add(namespace);
      return false;
    }
    return limits.isEmpty() || wanted.contains(namespace);
  }

  /** Takes what a watch tells of an object. */
  void put(String key, Item<T> item) {
    if (takes(key)) {
      set(key, item);
    }
  }

  /** An object is gone. */
  void remove(String key) {
    String namespace = namespaceOf(key);
    if (crowded.contains(namespace)) {
      changedSince.add(namespace);
    }
    Item<T> old = objects.remove(key);
    if (old != null) {
      weigh(namespace, -weight(old));
      dirty = true;
    }
  }

  private void set(String key, Item<T> item) {
    Item<T> old = objects.get(key);
    if (item.equals(old)) {
      return;
    }
    objects.put(key, item);
    dirty = true;
    weigh(namespaceOf(key), weight(item) - (old == null ? 0 : weight(old)));
    limits.ifPresent(this::makeRoom);
  }

  private long weight(Item<T> item) {
    return limits
        .map(limit -> EACH + item.known().map(limit.weight()::applyAsLong).orElse(0L))
        .orElse(0L);
  }

  private void weigh(String namespace, long more) {
    if (limits.isPresent()) {
      weights.merge(namespace, more, Long::sum);
    }
  }

  private void makeRoom(Limits<T> limit) {
    while (weights.values().stream().mapToLong(Long::longValue).sum() > limit.most()) {
      String heaviest =
          weights.entrySet().stream()
              .max(
                  Comparator.comparing(
                          (Map.Entry<String, Long> each) -> !each.getKey().equals(limit.last()))
                      .thenComparing(Map.Entry::getValue))
              .orElseThrow()
              .getKey();
      crowded.add(heaviest);
      drop(heaviest);
    }
  }

  private void drop(String namespace) {
    objects.keySet().removeIf(key -> namespaceOf(key).equals(namespace));
    complete.remove(namespace);
    weights.remove(namespace);
    dirty = true;
  }

  /** Of a namespace itself: its own name. */
  private String namespaceOf(String key) {
    if (together) {
      return "";
    }
    int end = key.indexOf('/');
    return end < 0 ? key : key.substring(0, end);
  }

  /** Whether something changed since the last {@link #contents}. */
  boolean isDirty() {
    return dirty;
  }

  /** What there is now. */
  Contents<T> contents() {
    dirty = false;
    return new Contents<>(objects, complete, crowded);
  }

  /** Begins to take a list of all. */
  Listing list() {
    crowded.clear();
    changedSince.clear();
    return new Listing(wanted, Optional.empty());
  }

  /** Begins to take a list of one namespace. */
  Listing list(String namespace) {
    return new Listing(Set.of(namespace), Optional.of(namespace));
  }

  /**
   * A list that is taken object by object. What is known already is replaced one by one, so that
   * there are never two lists.
   */
  final class Listing {

    private final Set<String> taken;
    private final Optional<String> namespace;
    private final Set<String> seen = new HashSet<>();

    private Listing(Set<String> taken, Optional<String> namespace) {
      this.taken = taken;
      this.namespace = namespace;
    }

    /** Whether an object of this name is kept. */
    boolean takes(String key) {
      return limits.isEmpty()
          || (taken.contains(namespaceOf(key)) && !crowded.contains(namespaceOf(key)));
    }

    void put(String key, Item<T> item) {
      if (takes(key)) {
        seen.add(key);
        set(key, item);
      }
    }

    /** All of it was taken: what it does not name is gone. */
    void done() {
      Set.copyOf(objects.keySet()).stream()
          .filter(key -> namespace.isEmpty() || namespaceOf(key).equals(namespace.get()))
          .filter(key -> !seen.contains(key))
          .forEach(Store.this::remove);
      Set<String> before = Set.copyOf(complete);
      if (namespace.isEmpty()) {
        complete.clear();
      }
      if (limits.isPresent()) {
        complete.addAll(taken);
        complete.removeAll(crowded);
      }
      dirty |= !complete.equals(before);
    }
  }
}
