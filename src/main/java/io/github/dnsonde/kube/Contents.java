package io.github.dnsonde.kube;

import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The contents of a {@link Store} at one moment.
 *
 * @param objects by namespace and name; belongs to the store, so callers must not keep it
 * @param complete the namespaces whose objects were all read; empty for a store that is not divided
 *     by namespace
 * @param crowded the namespaces whose objects together are too large to be kept
 */
record Contents<T>(SortedMap<String, Item<T>> objects, Set<String> complete, Set<String> crowded) {

  Contents {
    complete = Set.copyOf(complete);
    crowded = Set.copyOf(crowded);
  }

  /** The known part of each object, in the order of their names. */
  Stream<T> known() {
    return objects.values().stream().flatMap(item -> item.known().stream());
  }

  /** The names of unreadable objects. */
  Set<String> unread() {
    Set<String> unread = new TreeSet<>();
    objects.forEach(
        (key, item) -> {
          if (item instanceof Item.Unread) {
            unread.add(key);
          }
        });
    return unread;
  }

  /** The reason why an object cannot be read, for the first by name; empty if all can. */
  Optional<String> trouble() {
    return objects.entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue() instanceof Item.Unread<T>(String why, _)
                    ? Stream.of(entry.getKey() + " cannot be read: " + why)
                    : Stream.empty())
        .findFirst();
  }
}
