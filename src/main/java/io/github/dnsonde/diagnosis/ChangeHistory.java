package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.NetworkPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The changes of policies shortly before a burst of failures began. */
final class ChangeHistory {

  /** The time before the first failure within which a change may be the cause. */
  private static final Duration BEFORE = Duration.ofMinutes(10);

  /**
   * The time after the first failure within which a change may still be the cause. Clocks differ,
   * and an answer in flight may fail although its query was sent before the change.
   */
  private static final Duration AFTER = Duration.ofSeconds(10);

  private final DeletedPolicies deletedPolicies;

  ChangeHistory(DeletedPolicies deletedPolicies) {
    this.deletedPolicies = deletedPolicies;
  }

  /**
   * Returns the latest change that may be the cause, and where each deciding policy is maintained.
   * A change may be the cause if its policy is one of those that deny the paths. A removal may be
   * the cause if the removed policy would allow one of them.
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

  /** The removal of a policy can only cut off pods that other policies still isolate. */
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

    /** A removal has no field manager because the object is gone. */
    String words(Instant since) {
      String by =
          what.equals("was changed")
              ? policy.origin().manager().map(manager -> " by " + manager).orElse("")
              : "";
      Duration before = Duration.between(at, since);
      String when =
          before.toSeconds() > 0
              ? ", " + Words.span(before) + " before the first failure."
              : ", as the failures began."; // managedFields has whole seconds
      return name(policy) + " " + what + by + " at " + Words.time(at) + when;
    }
  }
}
