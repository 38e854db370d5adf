package io.github.dnsonde.kube;

import static java.util.stream.Collectors.toCollection;

import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.manifest.Fields;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The kinds of policy that an API server has (Kubernetes API concepts, "Discovery API"). */
final class ServedKinds {

  private static final Mask GROUPS =
      Mask.of("groups(name,versions(groupVersion),preferredVersion(groupVersion))");
  private static final Mask KINDS = Mask.of("resources(name,kind)");

  private final ApiServer server;
  private final Consumer<Exception> failed;

  /**
   * Creates a reader of the kinds.
   *
   * @param failed receives the failures of single groups
   */
  ServedKinds(ApiServer server, Consumer<Exception> failed) {
    this.server = server;
    this.failed = failed;
  }

  /**
   * Returns the kinds, each with the path of its objects; the path is empty if the server did not
   * say.
   */
  Map<PolicyKind, Optional<String>> all() throws IOException {
    Map<PolicyKind, Optional<String>> found = new HashMap<>();
    for (Fields group : server.get("/apis", GROUPS).objects("groups").toList()) {
      String name = group.text("name").orElse("");
      List<PolicyKind> possible =
          PolicyKind.KNOWN.stream().filter(kind -> kind.group().equals(name)).toList();
      if (!possible.isEmpty()) {
        found.putAll(served(possible, group));
      }
    }
    return found;
  }

  /**
   * Returns the kinds that a group has. If a group is listed but does not respond (an aggregated
   * API server that is down), it is taken to have all its kinds: their policies are still in force.
   */
  private Map<PolicyKind, Optional<String>> served(List<PolicyKind> possible, Fields group) {
    Map<PolicyKind, Optional<String>> served = new HashMap<>();
    try {
      for (String version : versions(group)) {
        Map<String, String> paths = paths("/apis/" + version);
        possible.stream()
            .filter(kind -> paths.containsKey(kind.kind()))
            .forEach(kind -> served.putIfAbsent(kind, Optional.ofNullable(paths.get(kind.kind()))));
      }
    } catch (IOException failure) {
      failed.accept(failure);
      possible.forEach(kind -> served.putIfAbsent(kind, Optional.empty()));
    }
    return served;
  }

  /** The versions of a group, with the one that the server prefers first. */
  private static Set<String> versions(Fields group) {
    return Stream.concat(Stream.of(group.object("preferredVersion")), group.objects("versions"))
        .flatMap(version -> version.text("groupVersion").stream())
        .collect(toCollection(LinkedHashSet::new));
  }

  /** The paths of the objects, by kind. */
  private Map<String, String> paths(String version) throws IOException {
    Map<String, String> paths = new HashMap<>();
    for (Fields resource : resources(version)) {
      String name = resource.text("name").orElse("");
      Optional<String> kind = resource.text("kind");
      if (kind.isPresent()
          && !name.isEmpty()
          && !name.contains("/")) { // such as those of subresources
        paths.put(kind.get(), version + "/" + name);
      }
    }
    return paths;
  }

  /** A version that is listed and not found is about to come or to go: it has no objects. */
  private List<Fields> resources(String version) throws IOException {
    try {
      return server.get(version, KINDS).objects("resources").toList();
    } catch (StatusException refusal) {
      if (refusal.isNotFound()) {
        return List.of();
      }
      throw refusal;
    }
  }
}
