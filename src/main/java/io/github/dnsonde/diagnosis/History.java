package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.NetworkPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What changed before a burst of failures began. */
final class History {

  /** What was changed earlier than this is not what did it. */
  private static final Duration BEFORE = Duration.ofMinutes(10);

  /**
   * Clocks differ, and an answer that was on its way may fail although it was asked before: what
   * was changed a little later may still have done it.
   */
  private static final Duration AFTER = Duration.ofSeconds(10);

  private final Case known;
  private final List<Removal> removed;

  History(Case known, List<Removal> removed) {
    this.known = known;
    this.removed = removed;
  }

  /**
   * The latest change of these namespaces' policies that may have done it, and where each of the
   * policies that decide is kept.
   */
  List<String> of(Collection<String> namespaces, List<NetworkPolicy> deciding, Instant since) {
    return Stream.concat(
            change(namespaces, since).stream(), deciding.stream().flatMap(History::source))
        .toList();
  }

  private Optional<String> change(Collection<String> namespaces, Instant since) {
    return Stream.concat(changed(namespaces), removed(namespaces))
        .filter(change -> change.at().isAfter(since.minus(BEFORE)))
        .filter(change -> change.at().isBefore(since.plus(AFTER)))
        .max(Comparator.comparing(Change::at))
        .map(change -> change.words(since));
  }

  private Stream<Change> changed(Collection<String> namespaces) {
    return known.cluster().policies().stream()
        .filter(policy -> namespaces.contains(policy.namespace()))
        .map(policy -> new Change(policy, "was changed", policy.origin().changed()));
  }

  private Stream<Change> removed(Collection<String> namespaces) {
    return removed.stream()
        .filter(removal -> namespaces.contains(removal.policy().namespace()))
        .map(removal -> new Change(removal.policy(), "was removed", removal.at()));
  }

  private static Stream<String> source(NetworkPolicy policy) {
    return policy.origin().source().stream()
        .map(
            source ->
                name(policy)
                    + " comes from "
                    + source
                    + ": change it there, for what is applied by hand will be put back.");
  }

  private static String name(NetworkPolicy policy) {
    return "NetworkPolicy " + policy.namespacedName();
  }

  private record Change(NetworkPolicy policy, String what, Instant at) {

    /** A removal has no field manager: the object is gone. */
    String words(Instant since) {
      String by =
          what.equals("was changed")
              ? policy.origin().manager().map(manager -> " by " + manager).orElse("")
              : "";
      Duration before = Duration.between(at, since);
      String when =
          before.toSeconds() > 0
              ? ", " + Words.span(before) + " before the first failure."
              : ", as the failures began."; // managedFields tells whole seconds
      return name(policy) + " " + what + by + " at " + Words.time(at) + when;
    }
  }
}
