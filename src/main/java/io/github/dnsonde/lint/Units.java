package io.github.dnsonde.lint;

import io.github.dnsonde.lint.Kustomization.Patched;
import io.github.dnsonde.lint.Unit.Kind;
import io.github.dnsonde.manifest.Manifest;
import io.github.dnsonde.probe.NamespacedName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds objects that are applied together: a repository is not one cluster, and the folders of
 * {@code dev} and {@code prod} never meet in one.
 */
final class Units {

  private final List<Path> given;
  private final Optional<KustomizeBuild> build;
  private final List<InputError> mistakes = new ArrayList<>();
  private final Set<Path> charts;
  private final Map<Path, List<Document>> byFile = new LinkedHashMap<>();
  private final Map<Path, Kustomization> kustomizations = new LinkedHashMap<>();
  private final Set<Path> patches = new HashSet<>();
  private final Set<Path> claimed = new HashSet<>();
  private final List<Unit> units = new ArrayList<>();
  private final List<Violation> notes = new ArrayList<>();

  /**
   * Sorts an input.
   *
   * @param given folders that are a unit each by declaration
   * @param build runs kustomize, if it may be run
   */
  Units(Input input, List<Path> given, Optional<KustomizeBuild> build) {
    this.build = build;
    this.given = given.stream().map(each -> each.toAbsolutePath().normalize()).toList();
    this.charts = new TreeSet<>(input.charts());
    for (Document each : input.objects()) {
      byFile.computeIfAbsent(each.sourceFile().path(), _ -> new ArrayList<>()).add(each);
    }
    byFile.values().stream()
        .map(List::getFirst)
        .flatMap(each -> Kustomization.of(each).stream())
        .forEach(each -> kustomizations.put(each.folder(), each));
    patches.addAll(input.patches());
    kustomizations.values().forEach(each -> claimed.add(each.document().sourceFile().path()));
    byGiven();
    byKustomization();
    byChart();
    folders();
  }

  /** The units in the order of the report. */
  List<Unit> all() {
    return List.copyOf(units);
  }

  /** The findings about units themselves. */
  List<Violation> notes() {
    return List.copyOf(notes);
  }

  /** Kustomizations that could not be built. */
  List<InputError> mistakes() {
    return List.copyOf(mistakes);
  }

  /** The number of files that change others, and are not checked. */
  int patches() {
    return build.isPresent() && mistakes.isEmpty()
        ? 0
        : (int) byFile.keySet().stream().filter(patches::contains).count();
  }

  /** The objects of files that belong to no unit yet and are not patches. */
  private Stream<Document> free() {
    return byFile.entrySet().stream()
        .filter(entry -> !claimed.contains(entry.getKey()) && !patches.contains(entry.getKey()))
        .flatMap(entry -> entry.getValue().stream());
  }

  private void byGiven() {
    for (Path folder : given) {
      List<Document> within =
          free().filter(each -> each.sourceFile().path().startsWith(folder)).toList();
      if (!within.isEmpty()) {
        claim(within);
        units.add(Unit.of(folder, Kind.GIVEN, within));
      }
    }
  }

  private void byKustomization() {
    Set<Path> parts = new HashSet<>();
    kustomizations.values().forEach(each -> parts.addAll(each.resources()));
    List<Kustomization> open =
        kustomizations.values().stream()
            .filter(each -> given.stream().noneMatch(each.folder()::startsWith))
            .toList();
    Set<Path> reached = new HashSet<>();
    open.stream()
        .filter(each -> !parts.contains(each.folder()))
        .forEach(each -> unit(each, reached));
    for (Kustomization each : open) { // those that include each other
      if (!reached.contains(each.folder())) {
        unit(each, reached);
      }
    }
  }

  private void unit(Kustomization top, Set<Path> reached) {
    Part part = new Part();
    List<Document> documents = part.of(top);
    reached.addAll(part.reached);
    claim(documents);
    if (build.isPresent() && !top.isComponent() && built(top, documents)) {
      return;
    }
    if (!documents.isEmpty() || !part.notApplied.isEmpty()) {
      units.add(new Unit(top.shown(), top.folder(), Kind.KUSTOMIZATION, documents, part.patched));
      note(top, part.notApplied);
    }
  }

  private boolean built(Kustomization top, List<Document> documents) {
    return switch (build.orElseThrow().build(top, kustomizations)) {
      case KustomizeBuild.Result.Made(List<Manifest> objects) -> {
        List<Document> made =
            objects.stream().map(each -> Document.made(top, each, documents)).toList();
        units.add(new Unit(top.shown(), top.folder(), Kind.BUILT, made, Patched.NONE));
        yield true;
      }
      case KustomizeBuild.Result.Refused(String says) -> {
        mistakes.add(new InputError(new SourceLocation(top.document().file(), 1), says));
        yield false;
      }
    };
  }

  private void note(Kustomization top, Set<String> notApplied) {
    if (!notApplied.isEmpty() && build.isEmpty()) {
      notes.add(
          new Violation(
              Rule.KUSTOMIZATION_NOT_BUILT,
              Rule.KUSTOMIZATION_NOT_BUILT.severity(),
              new SourceLocation(top.document().file(), 1),
              new NamespacedName("", top.shown()),
              "",
              "the kustomization in "
                  + top.shown()
                  + " is checked without "
                  + String.join(", ", notApplied)
                  + "; --build runs kustomize, and checks the result",
              Optional.empty()));
    }
  }

  /** The content of one kustomization, including that of the kustomizations in it. */
  private final class Part {
    private final Set<Path> reached = new LinkedHashSet<>();
    private final Set<String> notApplied = new LinkedHashSet<>();
    private Patched patched = Patched.NONE;

    List<Document> of(Kustomization kustomization) {
      if (!reached.add(kustomization.folder())) {
        return List.of();
      }
      notApplied.addAll(kustomization.notApplied());
      patched = patched.and(kustomization.patched(byFile));
      List<Document> all = new ArrayList<>();
      for (Path resource : kustomization.resources()) {
        Kustomization inner = kustomizations.get(resource);
        List<Document> file = byFile.get(resource);
        if (inner != null) {
          all.addAll(of(inner));
        } else if (file != null) {
          all.addAll(file);
        } else {
          notApplied.add(
              kustomization.folder().relativize(resource) + ", which is not among what was read");
        }
      }
      return all.stream().map(each -> each.in(kustomization.namespace())).toList();
    }
  }

  private void byChart() {
    Map<Path, List<Document>> byChart = new LinkedHashMap<>();
    free()
        .forEach(
            each ->
                chart(each.sourceFile())
                    .ifPresent(
                        chart -> byChart.computeIfAbsent(chart, _ -> new ArrayList<>()).add(each)));
    byChart.forEach(
        (chart, documents) -> {
          claim(documents);
          units.add(Unit.of(chart, Kind.CHART, documents));
        });
  }

  /** The outermost chart around a file, or the one from which it was rendered. */
  private Optional<Path> chart(SourceFile sourceFile) {
    return charts.stream()
        .filter(sourceFile.path()::startsWith)
        .findFirst()
        .or(() -> sourceFile.chart().map(Path::of));
  }

  private void folders() {
    List<Document> rest = free().toList();
    if (!rest.isEmpty()) {
      units.add(Unit.of(Path.of("").toAbsolutePath(), Kind.FOLDERS, rest));
    }
  }

  private void claim(List<Document> documents) {
    documents.forEach(each -> claimed.add(each.sourceFile().path()));
  }

  /** The path, relative to the working directory if it is below it. */
  static String shown(Path folder) {
    Path working = Path.of("").toAbsolutePath();
    if (!folder.startsWith(working)) {
      return folder.toString();
    }
    String relative = working.relativize(folder).toString();
    return relative.isEmpty() ? "." : relative;
  }
}
