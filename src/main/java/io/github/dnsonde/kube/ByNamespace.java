package io.github.dnsonde.kube;

import io.github.dnsonde.probe.NamespacedName;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Records of objects by namespace, kept by the thread of a watch and read by any thread.
 *
 * @param <T> the record of an object
 */
final class ByNamespace<T> {

  private final Map<String, Map<String, T>> all = new ConcurrentHashMap<>();

  /** Sets a record, or removes it. Returns the one before. */
  Optional<T> put(NamespacedName name, Optional<T> record) {
    Optional<T> before = get(name);
    if (record.isPresent()) {
      all.computeIfAbsent(name.namespace(), _ -> new ConcurrentHashMap<>())
          .put(name.name(), record.get());
    } else {
      all.computeIfPresent(
          name.namespace(),
          (_, records) -> {
            records.remove(name.name());
            return records.isEmpty() ? null : records;
          });
    }
    return before;
  }

  Optional<T> get(NamespacedName name) {
    return Optional.ofNullable(all.getOrDefault(name.namespace(), Map.of()).get(name.name()));
  }

  Stream<T> of(String namespace) {
    return all.getOrDefault(namespace, Map.of()).values().stream();
  }

  Stream<T> all() {
    return all.values().stream().flatMap(records -> records.values().stream());
  }

  /** The records with their names. */
  Stream<Map.Entry<NamespacedName, T>> entries() {
    return all.entrySet().stream()
        .flatMap(
            records ->
                records.getValue().entrySet().stream()
                    .map(
                        entry ->
                            Map.entry(
                                new NamespacedName(records.getKey(), entry.getKey()),
                                entry.getValue())));
  }

  /** The name in a key of a {@link Store}. */
  static NamespacedName name(String key) {
    int slash = key.indexOf('/');
    return slash < 0
        ? new NamespacedName("", key)
        : new NamespacedName(key.substring(0, slash).intern(), key.substring(slash + 1));
  }
}
