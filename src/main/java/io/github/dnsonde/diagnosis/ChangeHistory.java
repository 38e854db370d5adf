package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.NetworkPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What changed before a burst of failures began. */
final class ChangeHistory {

  /** What was changed earlier than this is not what did it. */
  private static final Duration BEFORE = Duration.ofMinutes(10);

  /**
   * Clocks differ, and an answer that was on its way may fail although it was asked before: what
   * was changed a little later may still have done it.
   */
  private static final Duration AFTER = Duration.ofSeconds(10);

  private final DeletedPolicies deletedPolicies;

  ChangeHistory(DeletedPolicies deletedPolicies) {
    this.deletedPolicies = deletedPolicies;
  }

  /**
   * The latest change that may have done it, and where each of the policies that decide is kept. A
   * change may have done it if the policy is one of those that deny the paths, a removal if the
   * policy would allow one of them.
   */
  List<String> of(List<ExplainedPath> paths, List<NetworkPolicy> deciding, Instant since) {
    return Stream.concat(
            change(paths, deciding, since).stream(),
            deciding.stream().flatMap(ChangeHistory::source))
        .toList();
  }

  private Optional<String> change(
      List<ExplainedPath> paths, List<NetworkPolicy> deciding, Instant since) {
    return Stream.concat(deciding.stream().map(ChangeHistory::changed), removed(paths, deciding))
        .filter(change -> change.at().isAfter(since.minus(BEFORE)))
        .filter(change -> change.at().isBefore(since.plus(AFTER)))
        .max(Comparator.comparing(Change::at))
        .map(change -> change.words(since));
  }

  private static Change changed(NetworkPolicy policy) {
    return new Change(policy, "was changed", policy.origin().changed());
  }

  /** Only where others still isolate the pods can the removal of one have cut anything off. */
  private Stream<Change> removed(List<ExplainedPath> paths, List<NetworkPolicy> deciding) {
    return deletedPolicies.removed().stream()
        .filter(policyDeletion -> deciding.stream().anyMatch(policyDeletion::isOfNamespace))
        .filter(
            policyDeletion ->
                paths.stream()
                    .anyMatch(path -> deletedPolicies.wouldAllow(policyDeletion, path.path())))
        .map(
            policyDeletion ->
                new Change(policyDeletion.policy(), "was removed", policyDeletion.at()));
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
