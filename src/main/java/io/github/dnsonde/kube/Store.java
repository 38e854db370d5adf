package io.github.dnsonde.kube;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The objects of one query that are kept: all of them, or those of relevant namespaces. A cluster
 * may have any number of namespaces and objects, so objects that do not concern a node cost
 * nothing. The others are bounded, all of them together. If they are too large, the namespace with
 * the most is dropped, and no other namespace becomes unknown because of it.
 *
 * <p>Belongs to the thread of its {@link Reflector}, except for {@link #want}.
 *
 * @param <T> the record of an object
 */
final class Store<T> {

  /** The cost of an object in addition to its content. */
  private static final long EACH = 256;

  private final Optional<Limits<T>> limits;
  private final boolean together;
  private final BiConsumer<String, Optional<T>> observer;
  private final SortedMap<String, Item<T>> objects = new TreeMap<>();
  private final Set<String> complete = new HashSet<>();
  private final Set<String> crowded = new HashSet<>();
  private final Set<String> changedSince = new HashSet<>();
  private final Map<String, Long> weights = new HashMap<>();
  private volatile Set<String> wanted = Set.of();
  private boolean dirty;

  /**
   * The bounds of a store.
   *
   * @param part the query for the objects of one namespace
   * @param weight the approximate number of octets that an object takes
   * @param most the maximum of octets for all objects together
   * @param last the namespace that is dropped last
   */
  record Limits<T>(
      Function<String, Query> part, ToLongFunction<T> weight, long most, String last) {}

  /**
   * A namespace whose objects are not all known.
   *
   * @param query for the objects
   */
  record Part(String namespace, Query query) {}

  private Store(
      Optional<Limits<T>> limits, boolean together, BiConsumer<String, Optional<T>> observer) {
    this.limits = limits;
    this.together = together;
    this.observer = observer;
  }

  /** Creates a store of every object of a query that is narrow by itself. */
  static <T> Store<T> ofAll() {
    return ofAll((_, _) -> {});
  }

  /**
   * Creates a store of every object of a query.
   *
   * @param observer receives each changed object by its name; the record is empty if the object is
   *     gone or unreadable
   */
  static <T> Store<T> ofAll(BiConsumer<String, Optional<T>> observer) {
    return new Store<>(Optional.empty(), false, observer);
  }

  /** Creates a store of the objects of the wanted namespaces. */
  static <T> Store<T> ofNamespaces(Limits<T> limits) {
    return new Store<>(Optional.of(limits), false, (_, _) -> {});
  }

  /**
   * Creates a store of all objects of a kind without namespaces, as if they were in the one without
   * a name.
   */
  static <T> Store<T> ofOne(Limits<T> limits) {
    Store<T> store = new Store<>(Optional.of(limits), true, (_, _) -> {});
    store.want(Set.of(""));
    return store;
  }

  /** Sets the namespaces whose objects are wanted; any thread may call it. */
  void want(Set<String> namespaces) {
    wanted = together ? Set.of("") : Set.copyOf(namespaces);
  }

  /** Returns true if not all objects of a wanted namespace are known. */
  boolean lacksAny() {
    return limits.isPresent() && !allKnown().containsAll(wanted);
  }

  private Set<String> allKnown() {
    Set<String> known = new HashSet<>(complete);
    known.addAll(crowded);
    return known;
  }

  /** Returns a namespace to list by itself, after the first list of all. */
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

  /** Drops the namespaces that are no longer wanted. */
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

  /** Marks namespaces to be listed again if they were too large and have changed since. */
  void reconsider() {
    crowded.removeAll(changedSince);
    changedSince.clear();
  }

  /** Returns true if an object of this name, from a watch, is kept. */
  boolean takes(String key) {
    String namespace = namespaceOf(key);
    if (crowded.contains(namespace)) {
      changedSince.add(namespace);
      return false;
    }
    return limits.isEmpty() || wanted.contains(namespace);
  }

  /** Stores an object from a watch. */
  void put(String key, Item<T> item) {
    if (takes(key)) {
      set(key, item);
    }
  }

  /** Removes an object that no longer exists. */
  void remove(String key) {
    String namespace = namespaceOf(key);
    if (crowded.contains(namespace)) {
      changedSince.add(namespace);
    }
    Item<T> old = objects.remove(key);
    if (old != null) {
      weigh(namespace, -weight(old));
      dirty = true;
      observer.accept(key, Optional.empty());
    }
  }

  private void set(String key, Item<T> item) {
    Item<T> old = objects.get(key);
    if (item.equals(old)) {
      return;
    }
    objects.put(key, item);
    dirty = true;
    observer.accept(key, item.known());
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

  /** The namespace of an object; for a Namespace itself, its own name. */
  private String namespaceOf(String key) {
    if (together) {
      return "";
    }
    int end = key.indexOf('/');
    return end < 0 ? key : key.substring(0, end);
  }

  /** Returns true if something changed since the last {@link #contents}. */
  boolean isDirty() {
    return dirty;
  }

  /** The present contents. */
  Contents<T> contents() {
    dirty = false;
    return new Contents<>(objects, complete, crowded);
  }

  /** Starts to take a list of all namespaces. */
  Listing list() {
    crowded.clear();
    changedSince.clear();
    return new Listing(wanted, Optional.empty());
  }

  /** Starts to take a list of one namespace. */
  Listing list(String namespace) {
    return new Listing(Set.of(namespace), Optional.of(namespace));
  }

  /**
   * A list that is taken object by object. Known objects are replaced one by one, so that there are
   * never two lists.
   */
  final class Listing {

    private final Set<String> taken;
    private final Optional<String> namespace;
    private final Set<String> seen = new HashSet<>();

    private Listing(Set<String> taken, Optional<String> namespace) {
      this.taken = taken;
      this.namespace = namespace;
    }

    /** Returns true if an object of this name is kept. */
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

    /** Ends a list that was taken completely: objects that it does not name no longer exist. */
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
