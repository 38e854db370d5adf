package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What there is in a cluster that matters to who keeps pods in it to ask from.
 *
 * @param namespaces all of them, by name
 * @param deployments all that are called {@link ProbeDeployment#NAME}, one a namespace at the most
 * @param selections what selects pods in them, other than policies
 */
public record ProbePodsView(
    Map<String, Namespace> namespaces, List<Found> deployments, List<Selection> selections) {

  public ProbePodsView {
    namespaces = Map.copyOf(namespaces);
    deployments = List.copyOf(deployments);
    selections = List.copyOf(selections);
  }

  /**
   * A namespace.
   *
   * @param terminating whether its end has been asked for: nothing can be made there any more
   */
  public record Namespace(Labels labels, boolean terminating) {
    public Namespace {
      requireNonNull(labels, "labels is null");
    }
  }

  /**
   * A Deployment that is called {@link ProbeDeployment#NAME}, whoever made it.
   *
   * @param uid tells it from another of its name
   * @param generation grows with each change of what is wanted of it
   * @param ours whether it was made by this program, and still has its marks
   * @param deleting whether its end has been asked for
   * @param settled whether its pod was made, or refused, as this generation wants it
   * @param trouble why there is no pod, or none that runs, in the cluster's words
   */
  public record Found(
      String namespace,
      String uid,
      long generation,
      boolean ours,
      boolean deleting,
      boolean settled,
      Optional<String> trouble) {
    public Found {
      requireNonNull(namespace, "namespace is null");
      requireNonNull(uid, "uid is null");
      requireNonNull(trouble, "trouble is null");
    }

    /** Whether it is that one, and nobody changed what is wanted of it. */
    public boolean sameAs(Found other) {
      return uid.equals(other.uid) && generation == other.generation;
    }
  }

  /**
   * Something that selects pods of its namespace.
   *
   * @param by what does, such as {@code Service web}
   */
  public record Selection(String namespace, String by, LabelSelector pods) {
    public Selection {
      requireNonNull(namespace, "namespace is null");
      requireNonNull(by, "by is null");
      requireNonNull(pods, "pods is null");
    }
  }
}
