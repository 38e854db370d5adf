package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod.Owner;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Names;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the workload of a pod, by a name that outlives the pod. It reads only the pod: ReplicaSets
 * and Jobs are not watched, but their names show their own owners.
 */
final class Owners {

  /** The label whose value ends a ReplicaSet's name, with the kind of object that wrote both. */
  private static final Map<String, String> MAKERS_OF_REPLICA_SETS =
      Map.of("pod-template-hash", "Deployment", "rollouts-pod-template-hash", "Rollout");

  /** The Job of a CronJob: its name and the scheduled time in minutes since 1970. */
  private static final Pattern OF_CRON_JOB = Pattern.compile("(.+)-\\d{8,}");

  /**
   * A possible kind of an owner. The creator of a pod writes its owners, and the API server only
   * requires that they are not empty.
   */
  private static final Pattern KIND = Pattern.compile("[A-Za-z][-A-Za-z0-9]{0,62}");

  private Owners() {}

  static Optional<Owner> of(Fields metadata, Labels labels) {
    return metadata
        .objects("ownerReferences")
        .filter(reference -> reference.flag("controller").orElse(false))
        .findFirst()
        .flatMap(reference -> owner(reference, labels));
  }

  private static Optional<Owner> owner(Fields reference, Labels labels) {
    String group = reference.text("apiVersion").orElse("").split("/", 2)[0];
    return reference
        .text("kind")
        .filter(kind -> KIND.matcher(kind).matches())
        .flatMap(kind -> name(reference).map(name -> new Owner(kind, name)))
        .map(owner -> maker(group, owner, labels).orElse(owner));
  }

  /** The API server accepts any text from the creator of a pod; it becomes a label of metrics. */
  private static Optional<String> name(Fields reference) {
    return reference.text("name").filter(Names::isSubdomain);
  }

  private static Optional<Owner> maker(String group, Owner owner, Labels labels) {
    return switch (group + "/" + owner.kind()) {
      case "apps/ReplicaSet" -> makerOfReplicaSet(owner.name(), labels);
      case "batch/Job" -> makerOfJob(owner.name());
      default -> Optional.empty();
    };
  }

  private static Optional<Owner> makerOfReplicaSet(String name, Labels labels) {
    return MAKERS_OF_REPLICA_SETS.entrySet().stream()
        .flatMap(
            maker ->
                labels
                    .get(maker.getKey())
                    .flatMap(hash -> without(name, "-" + hash))
                    .map(rest -> new Owner(maker.getValue(), rest))
                    .stream())
        .findFirst();
  }

  private static Optional<String> without(String name, String end) {
    return name.endsWith(end) && name.length() > end.length()
        ? Optional.of(name.substring(0, name.length() - end.length()))
        : Optional.empty();
  }

  private static Optional<Owner> makerOfJob(String name) {
    Matcher ofCronJob = OF_CRON_JOB.matcher(name);
    return ofCronJob.matches()
        ? Optional.of(new Owner("CronJob", ofCronJob.group(1)))
        : Optional.empty();
  }
}
