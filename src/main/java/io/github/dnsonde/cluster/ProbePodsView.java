package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The objects of a cluster that matter for keeping probe pods.
 *
 * @param namespaces all namespaces, by name
 * @param deployments all Deployments named {@link ProbeDeployment#NAME}, at most one a namespace
 * @param selections other objects that select pods, apart from policies
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
   * @param terminating true if its deletion has been requested: nothing can be created there any
   *     more
   */
  public record Namespace(Labels labels, boolean terminating) {
    public Namespace {
      requireNonNull(labels, "labels is null");
    }
  }

  /**
   * A Deployment named {@link ProbeDeployment#NAME}, of any owner.
   *
   * @param uid distinguishes it from another of its name
   * @param generation grows with each change of its spec
   * @param ours true if this program created it, and it still has its identifying labels
   * @param deleting true if its deletion has been requested
   * @param settled true if its pod was created, or refused, for this generation
   * @param trouble the reason why it has no pod, or none that runs, in the cluster's words
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

    /** Returns true if it is the same object, and its spec was not changed. */
    public boolean sameAs(Found other) {
      return uid.equals(other.uid) && generation == other.generation;
    }
  }

  /**
   * An object that selects pods of its namespace.
   *
   * @param by the object, such as {@code Service web}
   */
  public record Selection(String namespace, String by, LabelSelector pods) {
    public Selection {
      requireNonNull(namespace, "namespace is null");
      requireNonNull(by, "by is null");
      requireNonNull(pods, "pods is null");
    }
  }
}
