package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.cluster.ProbePodsView;
import io.github.dnsonde.cluster.ProbePodsView.Found;
import io.github.dnsonde.cluster.ProbePodsView.Namespace;
import io.github.dnsonde.cluster.ProbePodsView.Selection;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import okhttp3.ResponseBody;

/**
 * The cluster as the controller of probe pods uses it: it lists objects on request, and changes
 * Deployments. It needs these permissions, all of them cluster-wide:
 *
 * <table>
 * <caption>Permissions</caption>
 * <tr><th>apiGroups</th><th>resources</th><th>verbs</th></tr>
 * <tr><td>{@code ""}</td><td>namespaces</td><td>list</td></tr>
 * <tr><td>apps</td><td>deployments</td><td>list, create, patch, delete</td></tr>
 * <tr><td>{@code ""}</td><td>services</td><td>list, if there are further labels</td></tr>
 * <tr><td>policy</td><td>poddisruptionbudgets</td><td>list, if there are further labels</td></tr>
 * </table>
 *
 * <p>RBAC's {@code resourceNames: [dnsonde-probe]} can narrow patch and delete, and cannot narrow
 * create. (Applying needs patch, and create if the object does not exist yet.)
 */
public final class ProbePodCluster implements AutoCloseable {

  /** The field manager of the controller. */
  static final String MANAGER = "dnsonde-probe-pods";

  private static final Mask NAMESPACE = Mask.of("metadata(name,deletionTimestamp,[labels*])");

  private final ApiServer server;
  private final Writes writes;
  private final ProbeDeploymentTranslation deployments = new ProbeDeploymentTranslation(MANAGER);

  /** The result of a change. */
  public sealed interface Answer {

    /** The change was made; holds the new state. */
    record Made(Found now) implements Answer {}

    /**
     * The change was rejected: a quota, an admission policy, missing permissions; in the server's
     * words.
     */
    record Refused(String why) implements Answer {}
  }

  ProbePodCluster(ApiClient client, Timing timing) {
    this.server = new ApiServer(client, timing);
    this.writes = new Writes(client, MANAGER);
  }

  /**
   * Finds the API server and the credentials for it; sends no request.
   *
   * @param kubeconfig a file as kubectl reads it; if empty, the credentials that Kubernetes gives
   *     to each container
   * @throws IOException if something is missing or unreadable; the message says what
   */
  public static ProbePodCluster open(Optional<Path> kubeconfig) throws IOException {
    return new ProbePodCluster(Credentials.found(kubeconfig), Timing.USUAL);
  }

  /**
   * Lists everything that the controller needs.
   *
   * @param selections whether objects that select pods matter: otherwise they are not listed
   * @throws IOException if the server cannot be reached, or refuses; the message says what
   */
  public ProbePodsView look(boolean selections) throws IOException {
    Map<String, Namespace> namespaces = new HashMap<>();
    list(
        Query.all("/api/v1/namespaces"),
        NAMESPACE,
        each -> namespaces.put(name(each), namespace(each)));
    List<Found> found = new ArrayList<>();
    list(
        Query.named("/apis/apps/v1/deployments", ProbeDeployment.NAME),
        ProbeDeploymentTranslation.MASK,
        each -> found.add(deployments.read(each.fields())));
    return new ProbePodsView(namespaces, found, selections ? selections() : List.of());
  }

  private List<Selection> selections() throws IOException {
    List<Selection> all = new ArrayList<>();
    list(
        Query.all("/api/v1/services"),
        SelectionTranslation.OF_SERVICE,
        each -> SelectionTranslation.ofService(each).ifPresent(all::add));
    list(
        Query.all("/apis/policy/v1/poddisruptionbudgets"),
        SelectionTranslation.OF_BUDGET,
        each -> SelectionTranslation.ofBudget(each).ifPresent(all::add));
    return all;
  }

  private void list(Query query, Mask mask, Consumer<StreamedObject> sink) throws IOException {
    ListPage.last(query, new Freshness.Latest(), each -> page(each, mask, sink));
  }

  private ListPage page(Query query, Mask mask, Consumer<StreamedObject> sink) throws IOException {
    try (ResponseBody body = ApiServer.answer(server.call(query))) {
      return ApiServer.reader(body).page(mask, sink);
    } catch (StatusException refusal) {
      throw new IOException("list of " + query.path() + ": " + refusal.getMessage(), refusal);
    } catch (RuntimeException unreadable) { // also from the JSON library
      throw new IOException("list of " + query.path() + ": " + unreadable, unreadable);
    }
  }

  private static String name(StreamedObject object) {
    return object.metadata().text("name").orElse("");
  }

  /** If labels are too many to be read, there are none: the namespace is not selected by them. */
  private static Namespace namespace(StreamedObject object) {
    return new Namespace(
        new Labels(object.metadata().map("labels")), object.metadata().has("deletionTimestamp"));
  }

  /**
   * Creates a Deployment, or updates it to the wanted state.
   *
   * @param before the Deployment to update, by its uid, created by this controller. Fields that
   *     others have changed are taken back. If empty, there was none; if one exists by now, it
   *     remains unchanged
   * @throws IOException if the server fails
   */
  public Answer apply(ProbeDeployment wanted, Optional<Found> before) throws IOException {
    if (before.filter(found -> !found.ours()).isPresent()) {
      throw new IllegalArgumentException(before + " is not ours");
    }
    return ifNotRefused(
        () ->
            deployments.read(
                writes.apply(
                    path(wanted.namespace()),
                    ProbeManifest.of(wanted, before),
                    before.isPresent(),
                    ProbeDeploymentTranslation.MASK)));
  }

  /**
   * Deletes a Deployment and its pod. A Deployment that no longer exists counts as deleted.
   *
   * @param found a Deployment that this controller created
   * @throws IOException if the server fails
   */
  public Answer delete(Found found) throws IOException {
    if (!found.ours()) {
      throw new IllegalArgumentException(found + " is not ours");
    }
    return ifNotRefused(
        () -> {
          remove(found);
          return found;
        });
  }

  private void remove(Found found) throws IOException {
    try {
      writes.delete(path(found.namespace()), found.uid());
    } catch (StatusException status) {
      if (!status.isNotFound()) {
        throw status;
      }
    }
  }

  private static String path(String namespace) {
    return "/apis/apps/v1/namespaces/" + namespace + "/deployments/" + ProbeDeployment.NAME;
  }

  private static Answer ifNotRefused(Change change) throws IOException {
    try {
      return new Answer.Made(change.made());
    } catch (StatusException status) {
      if (status.isRefusal()) {
        return new Answer.Refused(String.valueOf(status.getMessage()));
      }
      throw status;
    }
  }

  private interface Change {
    Found made() throws IOException;
  }

  @Override
  public void close() {
    server.close();
  }
}
