package io.github.dnsonde.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds the files of a folder that may hold manifests. */
public final class Walk {

  /** The name of the file whose patterns exclude paths, in any folder. */
  public static final String IGNORE_FILE = ".dnsondeignore";

  private static final Set<String> ENDINGS = Set.of("yaml", "yml", "json");
  private static final Set<String> NAMES = Set.of("Kustomization");
  private static final int MAX_FILES = 100_000;
  private static final int MAX_DEPTH = 100;
  private static final int MAX_PATTERNS_SIZE = 1 << 20;

  private final Choice choice;
  private final PathPatterns include;
  private final PathPatterns exclude;
  private final List<Entry> files = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Set<Path> linkedFolders = new HashSet<>();
  private int leftOut;
  private boolean full;

  /**
   * The selection of files.
   *
   * @param include patterns of which a file must match one; if there are none, all files match
   * @param exclude patterns that exclude files and folders
   * @param ignoreFiles whether {@link #IGNORE_FILE}s are used
   */
  public record Choice(List<String> include, List<String> exclude, boolean ignoreFiles) {

    /** All files. */
    public static final Choice ALL = new Choice(List.of(), List.of(), true);

    public Choice {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
    }
  }

  /**
   * A file that was found.
   *
   * @param path the path as given, or below a given folder
   * @param real the path without symbolic links
   */
  public record Entry(Path path, Path real) {}

  /** A path that is not read, and the reason. */
  public record Problem(String path, String says) {}

  /**
   * The result of a walk.
   *
   * @param leftOut the number of files and folders that patterns have excluded
   */
  public record Found(List<Entry> files, List<Problem> problems, int leftOut) {
    public Found {
      files = List.copyOf(files);
      problems = List.copyOf(problems);
    }
  }

  /** A folder, and the patterns of the folders from the start down to it. */
  private record Folder(
      Path start, Path path, Path real, Path root, int depth, List<Patterns> patterns) {

    Folder below(Path folder, Path itsReal, List<Patterns> with) {
      return new Folder(start, folder, itsReal, root, depth + 1, with);
    }
  }

  /** The patterns of a folder for everything below it. */
  private record Patterns(Path folder, PathPatterns all) {

    /** Returns whether the patterns exclude a path; empty if none matches. */
    Optional<Boolean> takeOut(Path path, boolean isFolder) {
      return all.takeOut(slashes(folder.relativize(path)), isFolder);
    }
  }

  private Walk(Choice choice) {
    this.choice = choice;
    this.include = PathPatterns.of(choice.include());
    this.exclude = PathPatterns.of(choice.exclude());
  }

  /** Walks the given files, with any file extension, and folders with everything below them. */
  public static Found of(List<String> starts, Choice choice) {
    Walk walk = new Walk(choice);
    starts.forEach(walk::start);
    return new Found(walk.files, walk.problems, walk.leftOut);
  }

  private void start(String name) {
    Path path = Path.of(name);
    try {
      if (isOpenPipe(path)) {
        add(path, path);
        return;
      }
      Path real = path.toRealPath();
      if (Files.isDirectory(real)) {
        folders(new Folder(path, path, real, real, 0, above(path)));
      } else if (Files.isRegularFile(real)) {
        add(path.normalize(), real);
      } else {
        problem(path, "neither a file nor a folder; pipe it to standard input: -");
      }
    } catch (IOException e) {
      problem(path, reason(e));
    }
  }

  /** Detects the shell's {@code <(helm template …)}. Any other pipe may never have a writer. */
  private static boolean isOpenPipe(Path path) {
    return path.startsWith("/dev/fd") || path.startsWith("/proc/self/fd");
  }

  private List<Patterns> above(Path start) {
    List<Patterns> all = new ArrayList<>();
    for (Path folder : Ancestry.of(start).reversed()) {
      if (!folder.equals(start.toAbsolutePath().normalize())) {
        patterns(folder).ifPresent(all::add);
      }
    }
    return all;
  }

  private Optional<Patterns> patterns(Path folder) {
    Path file = folder.resolve(IGNORE_FILE);
    if (!choice.ignoreFiles() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(MAX_PATTERNS_SIZE + 1);
      if (octets.length > MAX_PATTERNS_SIZE) {
        problem(file, "larger than 1 MiB: its patterns are not used");
        return Optional.empty();
      }
      List<String> lines = new String(octets, StandardCharsets.UTF_8).lines().toList();
      return Optional.of(new Patterns(folder.toAbsolutePath().normalize(), PathPatterns.of(lines)));
    } catch (IOException e) {
      problem(file, reason(e));
      return Optional.empty();
    }
  }

  private void folders(Folder start) {
    Deque<Folder> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      Folder folder = open.pop();
      if (folder.depth() > MAX_DEPTH) {
        problem(folder.path(), "more than " + MAX_DEPTH + " folders deep: not read");
      } else {
        List<Folder> below = folder(folder);
        below.reversed().forEach(open::push);
      }
    }
  }

  private List<Folder> folder(Folder folder) {
    List<Patterns> patterns = new ArrayList<>(folder.patterns());
    patterns(folder.path()).ifPresent(patterns::add);
    List<Folder> below = new ArrayList<>();
    for (Path path : sorted(folder.path())) {
      try {
        entry(path, folder, patterns).ifPresent(below::add);
      } catch (IOException e) {
        if (isManifest(path)) {
          problem(path, reason(e));
        }
      }
    }
    return below;
  }

  private List<Path> sorted(Path folder) {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(all::add);
    } catch (DirectoryIteratorException e) {
      problem(folder, "cannot be read completely (" + e.getMessage() + ")");
    } catch (IOException e) {
      problem(folder, reason(e));
    }
    all.sort(null);
    return all;
  }

  /** Adds a file, or returns a folder that must also be walked. */
  private Optional<Folder> entry(Path path, Folder in, List<Patterns> patterns) throws IOException {
    boolean linked = Files.isSymbolicLink(path);
    Path real = linked ? path.toRealPath() : in.real().resolve(path.getFileName());
    boolean isFolder = Files.isDirectory(real);
    if ((!isFolder && !isManifest(path)) || path.endsWith(".git")) {
      return Optional.empty();
    }
    if (isTakenOut(path, isFolder, in, patterns)) {
      leftOut++;
      return Optional.empty();
    }
    if (linked && !real.startsWith(in.root())) {
      problem(path, "a link to a place outside the given folder: not followed");
      return Optional.empty();
    }
    if (isFolder) {
      boolean again = linked && (in.real().startsWith(real) || !linkedFolders.add(real));
      return again ? Optional.empty() : Optional.of(in.below(path, real, patterns));
    }
    if (!Files.isRegularFile(real)) {
      problem(path, "neither a file nor a folder: not read");
    } else if (isIncluded(path, in)) {
      add(path.normalize(), real);
    } else {
      leftOut++;
    }
    return Optional.empty();
  }

  private boolean isTakenOut(Path path, boolean isFolder, Folder in, List<Patterns> patterns) {
    if (fits(exclude, path, isFolder, in)) {
      return true;
    }
    Path absolute = path.toAbsolutePath().normalize();
    return patterns.reversed().stream()
        .flatMap(ignored -> ignored.takeOut(absolute, isFolder).stream())
        .findFirst()
        .orElse(false);
  }

  private boolean isIncluded(Path path, Folder in) {
    return include.isEmpty() || fits(include, path, false, in);
  }

  /** Matches command-line patterns: with the path below the start, or with the path as shown. */
  private static boolean fits(PathPatterns patterns, Path path, boolean isFolder, Folder in) {
    return !patterns.isEmpty()
        && (patterns.fits(slashes(in.start().relativize(path)), isFolder)
            || patterns.fits(slashes(path.normalize()), isFolder));
  }

  private void add(Path path, Path real) {
    if (files.size() < MAX_FILES) {
      files.add(new Entry(path, real));
    } else if (!full) {
      full = true;
      problem(path, "more than " + MAX_FILES + " files: this and the rest are not read");
    }
  }

  private void problem(Path path, String says) {
    problems.add(new Problem(path.normalize().toString(), says));
  }

  private static boolean isManifest(Path file) {
    String name = file.getFileName().toString();
    return NAMES.contains(name)
        || ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  private static String slashes(Path path) {
    return path.toString().replace('\\', '/');
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file or directory";
      case AccessDeniedException _ -> "this user may not read it";
      default -> "cannot be read (" + e + ")";
    };
  }
}
