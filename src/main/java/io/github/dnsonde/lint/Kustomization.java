package io.github.dnsonde.lint;

import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Manifest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A kustomization, as far as it can be read without running kustomize.
 *
 * @param document the file
 * @param resources the files and folders that it includes, in their order
 * @param remote resources outside of the repository
 * @param patches files that change resources, and are not objects themselves
 * @param notApplied its other effects, in words
 */
record Kustomization(
    Document document,
    List<Path> resources,
    List<String> remote,
    Set<Path> patches,
    List<String> notApplied) {

  private static final String GROUP = "kustomize.config.k8s.io/";

  Kustomization {
    resources = List.copyOf(resources);
    remote = List.copyOf(remote);
    patches = Set.copyOf(patches);
    notApplied = List.copyOf(notApplied);
  }

  /** Returns a kustomization; empty for other objects: Flux has a kind of that name. */
  static Optional<Kustomization> of(Document document) {
    String version = document.fields().text("apiVersion").orElse(GROUP);
    return document.sourceFile().isKustomization() && version.startsWith(GROUP)
        ? Optional.of(read(document))
        : Optional.empty();
  }

  private static Kustomization read(Document document) {
    KustomizationFields fields = new KustomizationFields(document.fields());
    Path folder = document.sourceFile().folder();
    List<Path> resources = new ArrayList<>();
    List<String> remote = new ArrayList<>();
    fields
        .madeOf()
        .forEach(
            entry -> local(folder, entry).ifPresentOrElse(resources::add, () -> remote.add(entry)));
    Set<Path> patches = new LinkedHashSet<>();
    fields.patchFiles().forEach(entry -> local(folder, entry).ifPresent(patches::add));
    return new Kustomization(document, resources, remote, patches, notApplied(fields, remote));
  }

  private static List<String> notApplied(KustomizationFields fields, List<String> remote) {
    List<String> all = new ArrayList<>();
    int patches = fields.patches();
    if (patches > 0) {
      all.add(patches == 1 ? "a patch" : patches + " patches");
    }
    if (!remote.isEmpty()) {
      all.add(
          (remote.size() == 1 ? "a remote resource" : remote.size() + " remote resources")
              + " ("
              + remote.getFirst()
              + ")");
    }
    all.addAll(fields.changing());
    return all;
  }

  /**
   * Returns a path; empty if it is not in this repository (kustomize documentation, "Remote
   * targets").
   */
  private static Optional<Path> local(Path folder, String entry) {
    boolean remote =
        entry.contains("://")
            || entry.contains("?ref=")
            || entry.contains("?version=")
            || entry.contains("::")
            || entry.matches("(git@|github\\.com[/:]|gitlab\\.com[/:]|bitbucket\\.org[/:]).*");
    try {
      return remote ? Optional.empty() : Optional.of(folder.resolve(entry).normalize());
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  Path folder() {
    return document.sourceFile().folder();
  }

  KustomizationFields fields() {
    return new KustomizationFields(document.fields());
  }

  /** The displayed folder: {@code .} for the working directory. */
  String shown() {
    Path parent = Path.of(document.file()).getParent();
    return parent == null ? "." : parent.toString();
  }

  /** Components change the resources of other kustomizations, and are nothing alone. */
  boolean isComponent() {
    return document.kind().equals("Component");
  }

  /** The namespace in which it puts all its objects. */
  Optional<String> namespace() {
    return document.fields().text("namespace").filter(each -> !each.isEmpty());
  }

  /**
   * Returns the names of the NetworkPolicies that its patches change, as far as the patches name
   * them.
   *
   * @param files the objects of its patches, by file
   */
  Patched patched(Map<Path, List<Document>> files) {
    Patched all = Patched.NONE;
    Fields fields = document.fields();
    for (String name : List.of("patches", "patchesJson6902")) {
      for (Fields entry : fields.objects(name).toList()) {
        all = all.and(patched(entry, files));
      }
    }
    for (String entry : fields.texts("patchesStrategicMerge")) {
      all =
          all.and(
              entry.contains("\n")
                  ? Patched.by(Manifest.read(entry, false).objects().stream().map(Manifest::fields))
                  : patchedBy(entry, files));
    }
    return all;
  }

  private Patched patched(Fields entry, Map<Path, List<Document>> files) {
    Fields target = entry.object("target");
    if (!target.names().isEmpty()) {
      return target.text("kind").filter(kind -> !kind.equals("NetworkPolicy")).isPresent()
          ? Patched.NONE
          : Patched.target(target.text("name"));
    }
    return entry
        .text("path")
        .map(path -> patchedBy(path, files))
        .orElseGet(
            () ->
                Patched.by(
                    Manifest.read(entry.text("patch").orElse(""), false).objects().stream()
                        .map(Manifest::fields)));
  }

  private Patched patchedBy(String entry, Map<Path, List<Document>> files) {
    return Patched.by(
        local(folder(), entry).stream()
            .flatMap(path -> files.getOrDefault(path, List.of()).stream())
            .map(Document::fields));
  }

  /**
   * Policies that a patch changes, so that they are not known before kustomize has run.
   *
   * @param any whether the patches do not name their policies
   */
  record Patched(Set<String> names, boolean any) {

    static final Patched NONE = new Patched(Set.of(), false);

    Patched {
      names = Set.copyOf(names);
    }

    static Patched target(Optional<String> name) {
      return name.filter(each -> each.matches("[-a-z0-9.]+"))
          .map(each -> new Patched(Set.of(each), false))
          .orElse(new Patched(Set.of(), true));
    }

    static Patched by(Stream<Fields> objects) {
      return new Patched(
          objects
              .filter(each -> each.text("kind").filter("NetworkPolicy"::equals).isPresent())
              .map(each -> each.object("metadata").text("name").orElse(""))
              .collect(Collectors.toSet()),
          false);
    }

    Patched and(Patched other) {
      return new Patched(
          Stream.concat(names.stream(), other.names.stream()).collect(Collectors.toSet()),
          any || other.any);
    }

    boolean contains(String name) {
      return any || names.contains(name);
    }
  }
}
