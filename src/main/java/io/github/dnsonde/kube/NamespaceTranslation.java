package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.manifest.Declared;
import java.util.Optional;

/** Reads the labels of Namespaces, and what their annotations declare. */
final class NamespaceTranslation {

  private static final String ANNOTATIONS = "metadata.annotations";

  /** The way to read Namespaces; labels must be whole. */
  static final Translation<KnownNamespace> TRANSLATION =
      Translation.of(
          "metadata(name,resourceVersion,deletionTimestamp,[labels*],[annotations("
              + Declared.ANNOTATIONS
              + ")])",
          NamespaceTranslation::read);

  private NamespaceTranslation() {}

  /**
   * The known part of a Namespace.
   *
   * @param deleting true if its deletion has been requested
   */
  record KnownNamespace(Labels labels, Optional<Declaration> declaration, boolean deleting) {
    KnownNamespace {
      requireNonNull(labels, "labels is null");
      requireNonNull(declaration, "declaration is null");
    }
  }

  private static KnownNamespace read(StreamedObject namespace) {
    namespace.requireWhole(path -> !path.equals(ANNOTATIONS));
    return new KnownNamespace(
        BoundedLabels.of(namespace.metadata()),
        namespace.isCut(ANNOTATIONS)
            ? Optional.of(Declared.tooLarge(Declared.namespace(namespace.metadata())))
            : Declared.ofNamespace(namespace.metadata()),
        namespace.metadata().has("deletionTimestamp"));
  }
}
