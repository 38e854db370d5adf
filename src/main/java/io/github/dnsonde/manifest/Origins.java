package io.github.dnsonde.manifest;

import static java.util.Comparator.comparing;

import io.github.dnsonde.cluster.Origin;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds out who changed an object last, and which tool would restore it. Anyone who may write the
 * object may write any text there, so only valid names count.
 */
public final class Origins {

  private static final String ARGO_CD = "argocd.argoproj.io/";
  private static final String FLUX_KUSTOMIZATION = "kustomize.toolkit.fluxcd.io/";
  private static final String FLUX_HELM_RELEASE = "helm.toolkit.fluxcd.io/";

  /**
   * A field manager: often the first part of a client's User-Agent. The API allows 128 printable
   * characters of any kind.
   */
  private static final Pattern MANAGER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");

  private Origins() {}

  public static Origin of(Fields metadata) {
    Optional<Fields> last =
        metadata
            .objects("managedFields")
            .filter(entry -> entry.text("subresource").orElse("").isEmpty())
            .max(comparing(entry -> entry.time("time").orElse(Instant.MIN)));
    return new Origin(
        last.flatMap(entry -> entry.word("manager")).filter(MANAGER.asMatchPredicate()),
        last.flatMap(entry -> entry.time("time")).orElseGet(() -> created(metadata)),
        source(metadata).map(String::intern));
  }

  /** The time of creation; the epoch if the server did not report it. */
  public static Instant created(Fields metadata) {
    return metadata.time("creationTimestamp").orElse(Instant.EPOCH);
  }

  private static Optional<String> source(Fields metadata) {
    Map<String, String> labels = metadata.map("labels");
    return argoCd(metadata.map("annotations"), labels)
        .or(() -> flux("Kustomization", FLUX_KUSTOMIZATION, labels))
        .or(() -> flux("HelmRelease", FLUX_HELM_RELEASE, labels));
  }

  /**
   * Reads {@code tracking-id}, which is {@code application:group/kind:namespace/name}. The
   * application's namespace and an underscore come first if it is not in Argo CD's own.
   */
  private static Optional<String> argoCd(
      Map<String, String> annotations, Map<String, String> labels) {
    return Optional.ofNullable(annotations.get(ARGO_CD + "tracking-id"))
        .map(id -> id.split(":", 2)[0])
        .or(() -> Optional.ofNullable(labels.get(ARGO_CD + "instance")))
        .filter(Origins::isApplication)
        .map(application -> "Argo CD application " + application);
  }

  private static boolean isApplication(String text) {
    String[] parts = text.split("_", -1);
    return switch (parts.length) {
      case 1 -> Names.isSubdomain(text);
      case 2 -> Names.isDnsLabel(parts[0]) && Names.isSubdomain(parts[1]);
      default -> false;
    };
  }

  private static Optional<String> flux(String kind, String prefix, Map<String, String> labels) {
    return Optional.ofNullable(labels.get(prefix + "name"))
        .filter(Names::isSubdomain)
        .flatMap(
            name ->
                Optional.ofNullable(labels.get(prefix + "namespace"))
                    .filter(Names::isDnsLabel)
                    .map(namespace -> "Flux " + kind + " " + namespace + "/" + name));
  }
}
