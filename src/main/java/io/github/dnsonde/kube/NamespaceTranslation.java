package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.AdmissionRequest.NamespaceVersion;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.IgnoreAnnotation;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.manifest.Declared;
import java.util.Optional;

/** Reads the labels of Namespaces, and what their annotations declare. */
final class NamespaceTranslation {

  private static final String ANNOTATIONS = "metadata.annotations";

  /** The way to read Namespaces; labels must be whole. */
  static final Translation<KnownNamespace> TRANSLATION = reading(Declared.ANNOTATIONS);

  /** The same, for those that judge changes: with the annotation that overrides a refusal. */
  static final Translation<KnownNamespace> WITH_IGNORES =
      reading(Declared.ANNOTATIONS + "," + IgnoreAnnotation.KEY);

  private static Translation<KnownNamespace> reading(String annotations) {
    return Translation.of(
        "metadata(name,resourceVersion,deletionTimestamp,[labels*],[annotations("
            + annotations
            + ")])",
        NamespaceTranslation::read);
  }

  private NamespaceTranslation() {}

  /**
   * The known part of a Namespace.
   *
   * @param ignores the text of its annotation {@link IgnoreAnnotation#KEY}; empty unless it is read
   * @param deleting true if its deletion has been requested
   */
  record KnownNamespace(
      Labels labels, Optional<Declaration> declaration, String ignores, boolean deleting) {
    KnownNamespace {
      requireNonNull(labels, "labels is null");
      requireNonNull(declaration, "declaration is null");
      requireNonNull(ignores, "ignores is null");
    }

    /** Returns it as one version of the Namespace of this name. */
    NamespaceVersion version(String name) {
      return new NamespaceVersion(labels.ofNamespace(name), declaration, ignores, deleting);
    }
  }

  private static KnownNamespace read(StreamedObject namespace) {
    namespace.requireWhole(path -> !path.equals(ANNOTATIONS));
    return new KnownNamespace(
        BoundedLabels.of(namespace.metadata()),
        namespace.isCut(ANNOTATIONS)
            ? Optional.of(Declared.tooLarge(Declared.namespace(namespace.metadata())))
            : Declared.ofNamespace(namespace.metadata()),
        BoundedPolicies.ignores(namespace),
        namespace.metadata().has("deletionTimestamp"));
  }
}
