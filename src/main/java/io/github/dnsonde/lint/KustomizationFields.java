package io.github.dnsonde.lint;

import io.github.dnsonde.manifest.Fields;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The fields of a kustomization, by their effect (kustomize documentation, "The Kustomization
 * File").
 *
 * @param all its fields
 */
record KustomizationFields(Fields all) {

  /** Fields that do not change any verdict, or that lint applies itself. */
  private static final Set<String> HARMLESS =
      Set.of(
          "apiVersion",
          "kind",
          "metadata",
          "namespace",
          "resources",
          "bases",
          "components",
          "patches",
          "patchesStrategicMerge",
          "patchesJson6902",
          "namePrefix",
          "nameSuffix",
          "commonAnnotations",
          "images",
          "replicas",
          "configMapGenerator",
          "secretGenerator",
          "generatorOptions",
          "buildMetadata",
          "sortOptions",
          "crds",
          "openapi",
          "vars",
          "configurations");

  /** Fields that can change a verdict, and need only files of the repository. */
  private static final Set<String> CHANGING = Set.of("commonLabels", "labels", "replacements");

  private static final List<String> MADE_OF = List.of("resources", "bases", "components");

  private static final List<String> PATCHES =
      List.of("patches", "patchesStrategicMerge", "patchesJson6902");

  /** Lists of files, or of their contents. */
  private static final List<String> LISTS =
      List.of(
          "patchesStrategicMerge",
          "transformers",
          "generators",
          "validators",
          "configurations",
          "crds");

  /** The files and folders that it includes. */
  Stream<String> madeOf() {
    return MADE_OF.stream().flatMap(name -> all.texts(name).stream());
  }

  /** The number of patches. */
  int patches() {
    return PATCHES.stream().mapToInt(all::size).sum();
  }

  /** Files that change its resources, and are not objects themselves. */
  Stream<String> patchFiles() {
    return Stream.concat(
            LISTS.stream().flatMap(name -> all.texts(name).stream()),
            Stream.of("patches", "patchesJson6902", "replacements")
                .flatMap(all::objects)
                .flatMap(entry -> entry.text("path").stream()))
        .filter(entry -> !entry.contains("\n"));
  }

  /** A file that kustomize would load from a URL. */
  Optional<String> remoteFile() {
    Stream<String> generated =
        Stream.of("configMapGenerator", "secretGenerator")
            .flatMap(all::objects)
            .flatMap(
                each ->
                    Stream.of(
                            each.texts("files").stream(),
                            each.texts("envs").stream(),
                            each.text("env").stream())
                        .flatMap(texts -> texts));
    Stream<String> schema = all.object("openapi").text("path").stream();
    return Stream.of(patchFiles(), generated, schema)
        .flatMap(files -> files)
        .filter(file -> !file.contains("\n") && file.contains("://"))
        .findFirst();
  }

  /** The names of fields, except patches, whose effect is not known before kustomize has run. */
  List<String> changing() {
    return new TreeSet<>(all.names())
        .stream().filter(name -> !HARMLESS.contains(name) && all.has(name)).toList();
  }

  /** The first field that may run programs or reach the network, or that is not known. */
  Optional<String> unsafe() {
    return new TreeSet<>(all.names())
        .stream().filter(name -> !HARMLESS.contains(name) && !CHANGING.contains(name)).findFirst();
  }
}
