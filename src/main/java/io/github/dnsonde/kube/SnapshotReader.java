package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.manifest.Names;
import io.github.dnsonde.probe.NamespacedName;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a cluster once, with the permissions of a person or a pipeline. It only lists. Whatever may
 * not be read is a gap of the snapshot. With a Role in one namespace, that is everything else.
 */
public final class SnapshotReader implements AutoCloseable {

  private final ApiServer server;
  private final String namespace;

  /**
   * The parts of the cluster to read.
   *
   * @param namespaces the namespaces to read
   * @param everywhere whether all other namespaces also matter
   * @param dnsNamespace the namespace of the cluster's DNS; if empty, it is found
   */
  public record Wanted(Set<String> namespaces, boolean everywhere, Optional<String> dnsNamespace) {
    public Wanted {
      namespaces = Set.copyOf(namespaces);
    }
  }

  SnapshotReader(ApiClient client, String namespace) {
    this.server = new ApiServer(client, Timing.USUAL);
    this.namespace = namespace;
  }

  /**
   * Finds the API server and the credentials for it; sends no request.
   *
   * @param kubeconfig a file as kubectl reads it; if empty, the credentials that Kubernetes gives
   *     to each container
   * @param context one of its contexts; empty for the current one
   * @throws IOException if something is missing or unreadable; the message says what
   */
  public static SnapshotReader open(Optional<Path> kubeconfig, Optional<String> context)
      throws IOException {
    return open(kubeconfig, context, System.getenv());
  }

  static SnapshotReader open(
      Optional<Path> kubeconfig, Optional<String> context, Map<String, String> environment)
      throws IOException {
    if (kubeconfig.isEmpty() && context.isPresent()) {
      throw new IOException(
          "there is no kubeconfig for context '" + context.get() + "'; name one with --kubeconfig");
    }
    if (kubeconfig.isEmpty() && !environment.containsKey(Credentials.HOST)) {
      throw new IOException(
          "no kubeconfig: neither --kubeconfig, nor KUBECONFIG, nor ~/.kube/config names one, and"
              + " this is not a pod");
    }
    Credentials.Chosen chosen =
        kubeconfig.isPresent()
            ? Credentials.kubeconfig(kubeconfig.get(), context)
            : Credentials.ofContainer(environment, Credentials.SERVICE_ACCOUNT);
    return new SnapshotReader(chosen.client(), chosen.namespace().orElse("default"));
  }

  /** The namespace of objects that do not specify one, as for kubectl. */
  public String namespace() {
    return namespace;
  }

  /**
   * Reads the cluster.
   *
   * @throws IOException if the server gives no answer or does not know the user; the message says
   *     why
   */
  public ClusterSnapshot read(Wanted wanted) throws IOException {
    try {
      return new SnapshotReading(server, wanted).snapshot();
    } catch (IOException e) {
      if (e.getCause() instanceof StatusException) {
        throw e; // the server has answered
      }
      throw new IOException(
          "the API server at " + server.url() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the NetworkPolicies of a namespace that a label selector selects.
   *
   * @param selector as in {@code kubectl -l}
   * @throws IOException if they cannot be listed; the message says why
   */
  public Set<NamespacedName> policies(String inNamespace, String selector) throws IOException {
    Set<NamespacedName> found = new TreeSet<>();
    Translation<Optional<String>> names =
        Translation.of(
            "metadata(namespace,name,resourceVersion)", object -> object.metadata().text("name"));
    try {
      new ObjectLists(server)
          .read(
              Query.all(SnapshotReading.policies(inNamespace)).with("labelSelector", selector),
              names,
              (_, item) ->
                  item.known()
                      .flatMap(name -> name)
                      .ifPresent(name -> found.add(new NamespacedName(inNamespace, name))));
    } catch (StatusException refusal) {
      throw new IOException(
          "NetworkPolicies of namespace " + inNamespace + ": " + refusal.getMessage(), refusal);
    }
    return found;
  }

  /** Returns true if an API server can have a namespace of this name: it becomes part of a path. */
  static boolean canExist(String name) {
    return Names.isDnsLabel(name);
  }

  @Override
  public void close() {
    server.close();
  }
}
