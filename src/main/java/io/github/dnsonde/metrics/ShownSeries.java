package io.github.dnsonde.metrics;

import java.util.Set;
import java.util.function.Consumer;

/** Series that are replaced as a whole, but change rarely. Not thread-safe. */
final class ShownSeries {

  private final Consumer<LabelValues> add;
  private final Consumer<LabelValues> remove;
  private Set<LabelValues> shown = Set.of();

  ShownSeries(Consumer<LabelValues> add, Consumer<LabelValues> remove) {
    this.add = add;
    this.remove = remove;
  }

  /** Shows these series and no others. */
  void show(Set<LabelValues> now) {
    if (now.equals(shown)) {
      return; // the usual case: reported every second, changed only with the cluster
    }
    shown.stream().filter(labels -> !now.contains(labels)).forEach(remove);
    now.forEach(add);
    shown = Set.copyOf(now);
  }
}
