package io.github.dnsonde.manifest;

import static java.util.Comparator.comparing;

import io.github.dnsonde.cluster.Origin;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Reads who changed an object last, and what would put it back. */
public final class Origins {

  private static final String ARGO_CD = "argocd.argoproj.io/";
  private static final String FLUX_KUSTOMIZATION = "kustomize.toolkit.fluxcd.io/";
  private static final String FLUX_HELM_RELEASE = "helm.toolkit.fluxcd.io/";

  private Origins() {}

  public static Origin of(Fields metadata) {
    Optional<Fields> last =
        metadata
            .objects("managedFields")
            .filter(entry -> entry.text("subresource").orElse("").isEmpty())
            .max(comparing(entry -> entry.time("time").orElse(Instant.MIN)));
    return new Origin(
        last.flatMap(entry -> entry.word("manager")),
        last.flatMap(entry -> entry.time("time")).orElseGet(() -> created(metadata)),
        source(metadata).map(String::intern));
  }

  /** The epoch where the server does not tell. */
  public static Instant created(Fields metadata) {
    return metadata.time("creationTimestamp").orElse(Instant.EPOCH);
  }

  private static Optional<String> source(Fields metadata) {
    Map<String, String> labels = metadata.map("labels");
    return argoCd(metadata.map("annotations"), labels)
        .or(() -> flux("Kustomization", FLUX_KUSTOMIZATION, labels))
        .or(() -> flux("HelmRelease", FLUX_HELM_RELEASE, labels));
  }

  /** {@code tracking-id} is {@code application:group/kind:namespace/name}. */
  private static Optional<String> argoCd(
      Map<String, String> annotations, Map<String, String> labels) {
    return Optional.ofNullable(annotations.get(ARGO_CD + "tracking-id"))
        .map(id -> id.split(":", 2)[0])
        .or(() -> Optional.ofNullable(labels.get(ARGO_CD + "instance")))
        .filter(application -> !application.isEmpty())
        .map(application -> "Argo CD application " + application);
  }

  private static Optional<String> flux(String kind, String prefix, Map<String, String> labels) {
    return Optional.ofNullable(labels.get(prefix + "name"))
        .map(
            name ->
                "Flux " + kind + " " + labels.getOrDefault(prefix + "namespace", "") + "/" + name);
  }
}
