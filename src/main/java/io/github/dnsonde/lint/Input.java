package io.github.dnsonde.lint;

import io.github.dnsonde.files.Ancestry;
import io.github.dnsonde.files.Walk;
import io.github.dnsonde.manifest.Manifest;
import io.github.dnsonde.yaml.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The objects to check.
 *
 * @param objects of any kind, in the order of files and lines
 * @param patches files that a kustomization names as changes to others
 * @param charts the folders that hold a Helm chart
 * @param mistakes the inputs that could not be read
 * @param files the number of files that were read
 * @param leftOut the number of files and folders that patterns have excluded
 */
public record Input(
    List<Document> objects,
    Set<Path> patches,
    Set<Path> charts,
    List<InputError> mistakes,
    int files,
    int leftOut) {

  /** The path that means standard input. */
  static final String STDIN = "-";

  /**
   * The most characters of a file: far more than a person writes or Helm renders. A node takes
   * about 50 times its text.
   */
  private static final int MAX_SIZE = 32 << 20;

  private static final long MAX_TOTAL = 256L << 20;

  private static final String CHART = "Chart.yaml";

  /** The comment that Helm writes above each object. */
  private static final Pattern RENDERED =
      Pattern.compile("^# Source: ([^\\s/]+)/(\\S+)$", Pattern.MULTILINE);

  public Input {
    objects = List.copyOf(objects);
    patches = Set.copyOf(patches);
    charts = Set.copyOf(charts);
    mistakes = List.copyOf(mistakes);
  }

  /**
   * Reads files, folders with everything below them, and standard input. An input that cannot be
   * read becomes a mistake, and the rest is still read.
   *
   * @param paths {@code -} is standard input; a file that is named may have any extension
   */
  public static Input read(List<String> paths, Walk.Choice choice, InputStream stdin) {
    Walk.Found found =
        Walk.of(paths.stream().filter(path -> !path.equals(STDIN)).distinct().toList(), choice);
    List<SourceFile> sources = sources(found.files());
    Set<Path> charts =
        Stream.concat(
                sources.stream().map(SourceFile::path).filter(path -> path.endsWith(CHART)),
                sources.stream().flatMap(Input::chartAbove))
            .map(Path::getParent)
            .collect(Collectors.toCollection(TreeSet::new));
    AtomicLong total = new AtomicLong();
    List<Read> read = new ArrayList<>();
    if (paths.contains(STDIN)) {
      read.add(reading(SourceFile.stdin(), charts, total, () -> stdin));
    }
    sources.parallelStream()
        .map(file -> reading(file, charts, total, () -> Files.newInputStream(file.path())))
        .forEachOrdered(read::add);
    List<Document> objects = read.stream().flatMap(each -> each.objects().stream()).toList();
    return new Input(
        objects,
        patches(objects, paths),
        charts,
        Stream.concat(
                found.problems().stream()
                    .map(each -> new InputError(new SourceLocation(each.path(), 0), each.says())),
                read.stream().flatMap(each -> each.mistakes().stream()))
            .toList(),
        (int) read.stream().filter(Read::whole).count(),
        found.leftOut());
  }

  /**
   * The patches of the kustomizations that were read, and of those around files that were named
   * alone.
   */
  private static Set<Path> patches(List<Document> objects, List<String> paths) {
    Stream<Kustomization> beside =
        paths.stream()
            .filter(each -> !each.equals(STDIN))
            .map(Path::of)
            .filter(Files::isRegularFile)
            .flatMap(each -> Ancestry.of(each).stream())
            .distinct()
            .flatMap(folder -> kustomization(folder).stream());
    return Stream.concat(objects.stream().flatMap(each -> Kustomization.of(each).stream()), beside)
        .flatMap(each -> each.patches().stream())
        .collect(Collectors.toSet());
  }

  /** The kustomization of a folder, whether or not it was named. */
  static Optional<Kustomization> kustomization(Path folder) {
    return SourceFile.KUSTOMIZATIONS.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .map(file -> SourceFile.of(Units.shown(file), file, List.of(folder)))
        .map(
            file ->
                reading(file, Set.of(), new AtomicLong(), () -> Files.newInputStream(file.path())))
        .flatMap(each -> each.objects().stream())
        .flatMap(each -> Kustomization.of(each).stream())
        .findFirst();
  }

  /** A file with several links to it is read once, and belongs to the folders of all of them. */
  private static List<SourceFile> sources(List<Walk.Entry> files) {
    Map<Path, List<Walk.Entry>> byReal =
        files.stream()
            .collect(
                Collectors.groupingBy(Walk.Entry::real, LinkedHashMap::new, Collectors.toList()));
    return byReal.values().stream().map(Input::visible).map(Input::source).toList();
  }

  /**
   * The paths without those of a volume's own folders. In a mounted ConfigMap, each file is a link
   * to {@code ..data}, and that is a link to a folder with a time (Kubernetes, {@code
   * AtomicWriter}).
   */
  private static List<Walk.Entry> visible(List<Walk.Entry> same) {
    List<Walk.Entry> visible = same.stream().filter(entry -> !isOfVolume(entry.path())).toList();
    return visible.isEmpty() ? same : visible;
  }

  private static boolean isOfVolume(Path path) {
    return StreamSupport.stream(path.normalize().spliterator(), false)
        .map(Path::toString)
        .anyMatch(name -> name.startsWith("..") && name.length() > 2);
  }

  private static SourceFile source(List<Walk.Entry> same) {
    Walk.Entry first =
        same.stream()
            .filter(each -> each.real().equals(each.path().toAbsolutePath()))
            .findFirst()
            .orElse(same.getFirst());
    Path path = first.path().toAbsolutePath().normalize();
    List<Path> folders =
        Stream.concat(Stream.of(first), same.stream())
            .map(each -> each.path().toAbsolutePath().normalize().getParent())
            .distinct()
            .toList();
    return SourceFile.of(first.path().toString(), path, folders);
  }

  /** The chart of a file that was named alone, or whose chart is above the named folder. */
  private static Stream<Path> chartAbove(SourceFile file) {
    int names = file.path().getNameCount();
    for (int i = names - 2; i > 0; i--) {
      if (file.path().getName(i).toString().equals("templates")) {
        Path chart = Path.of("/").resolve(file.path().subpath(0, i)).resolve(CHART);
        return Files.isRegularFile(chart) ? Stream.of(chart) : Stream.empty();
      }
    }
    return Stream.empty();
  }

  /** The content of one file. */
  private record Read(List<Document> objects, List<InputError> mistakes, boolean whole) {
    static Read failed(SourceFile file, String says) {
      return new Read(
          List.of(), List.of(new InputError(new SourceLocation(file.shown(), 0), says)), false);
    }
  }

  private static Read reading(
      SourceFile file, Set<Path> charts, AtomicLong total, Content content) {
    try (InputStream in = content.open()) {
      byte[] octets = in.readNBytes(MAX_SIZE + 1);
      if (octets.length > MAX_SIZE) {
        return Read.failed(file, "larger than " + (MAX_SIZE >> 20) + " MiB: not read");
      }
      if (total.addAndGet(octets.length) > MAX_TOTAL) {
        return Read.failed(
            file, "more than " + (MAX_TOTAL >> 20) + " MiB in all: not read; lint a part of it");
      }
      return reading(file, charts, Encoding.decode(octets));
    } catch (IOException e) {
      return Read.failed(file, reason(e));
    }
  }

  private static String reason(IOException why) {
    return switch (why) {
      case NoSuchFileException _ -> "no such file or directory";
      case AccessDeniedException _ -> "this user may not read it";
      case CharacterCodingException _ -> "not text in UTF-8, nor in UTF-16 or UTF-32";
      default -> "cannot be read (" + why + ")";
    };
  }

  private static Read reading(SourceFile file, Set<Path> charts, String text) {
    int braces = isTemplate(file, charts) ? Manifest.templateLine(text) : 0;
    if (braces > 0) {
      InputError template = mistake(file, Manifest.Problem.template(braces));
      return new Read(List.of(), List.of(template), true);
    }
    SourceFile sourceFile = file.with(rendered(file, text), text.contains("$"));
    Manifest.Text read = Manifest.read(text, file.isJson());
    return new Read(
        read.objects().stream()
            .filter(each -> file.isKustomization() || isObject(each))
            .map(each -> Document.of(sourceFile, each))
            .toList(),
        read.mistakes().stream().map(each -> mistake(file, each)).toList(),
        true);
  }

  private static InputError mistake(SourceFile file, Manifest.Problem problem) {
    return new InputError(new SourceLocation(file.shown(), problem.line()), problem.says());
  }

  /** Returns true if a chart renders the file: then its braces are no YAML, even within quotes. */
  private static boolean isTemplate(SourceFile file, Set<Path> charts) {
    return charts.stream().anyMatch(chart -> file.path().startsWith(chart.resolve("templates")));
  }

  /** Returns true for YAML that may be meant for a cluster. */
  private static boolean isObject(Manifest manifest) {
    return manifest.fields().names().stream()
        .anyMatch(Set.of("apiVersion", "kind", "spec")::contains);
  }

  /** The chart that rendered a file, with its folder if {@code helm template} wrote one. */
  private static Optional<String> rendered(SourceFile file, String text) {
    Matcher source = RENDERED.matcher(text);
    if (!text.contains("# Source: ") || !source.find() || file.shown().equals(STDIN)) {
      return Optional.empty();
    }
    Path within = Path.of(source.group(1), source.group(2));
    boolean isWritten =
        file.path().endsWith(within) && file.path().getNameCount() > within.getNameCount();
    Path above = isWritten ? up(file.path(), within) : file.folder();
    return Optional.of(above.resolve(source.group(1)).toString());
  }

  private static Path up(Path path, Path within) {
    return Path.of("/").resolve(path.subpath(0, path.getNameCount() - within.getNameCount()));
  }

  /** A source that can be read once. */
  private interface Content {
    InputStream open() throws IOException;
  }
}
