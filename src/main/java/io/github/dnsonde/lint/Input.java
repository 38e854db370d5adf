package io.github.dnsonde.lint;

import io.github.dnsonde.manifest.Manifest;
import io.github.dnsonde.yaml.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What there is to judge.
 *
 * @param objects of any kind, in the order of files and lines
 * @param mistakes what could not be read
 * @param files how many were read
 */
public record Input(List<Document> objects, List<Mistake> mistakes, int files) {

  /** Standard input, where a path stands. */
  private static final String STDIN = "-";

  private static final Set<String> ENDINGS = Set.of("yaml", "yml", "json");

  public Input {
    objects = List.copyOf(objects);
    mistakes = List.copyOf(mistakes);
  }

  /**
   * Reads files, folders with all below them, and standard input. What cannot be read becomes a
   * mistake, and the rest is read all the same.
   *
   * @param paths {@code -} is standard input; a file that is named has any ending
   */
  public static Input read(List<String> paths, InputStream stdin) {
    List<Mistake> mistakes = new ArrayList<>();
    Map<String, Path> files = new LinkedHashMap<>();
    for (String path : paths) {
      if (!path.equals(STDIN)) {
        find(path, files, mistakes);
      }
    }
    List<Input> read = new ArrayList<>();
    if (paths.contains(STDIN)) {
      read.add(reading(STDIN, () -> stdin.readAllBytes()));
    }
    files.entrySet().parallelStream()
        .map(file -> reading(file.getKey(), () -> Files.readAllBytes(file.getValue())))
        .forEachOrdered(read::add);
    return new Input(
        read.stream().flatMap(each -> each.objects.stream()).toList(),
        Stream.concat(mistakes.stream(), read.stream().flatMap(each -> each.mistakes.stream()))
            .toList(),
        read.size());
  }

  private static void find(String path, Map<String, Path> files, List<Mistake> mistakes) {
    Path start = Path.of(path);
    Set<Path> known = Set.copyOf(files.values());
    try (Stream<Path> below = Files.walk(start)) {
      below
          .filter(file -> Files.isRegularFile(file) && (file.equals(start) || isManifest(file)))
          .map(Path::normalize)
          .filter(file -> !known.contains(file))
          .sorted()
          .forEach(file -> files.put(file.toString(), file));
    } catch (IOException e) {
      mistakes.add(unreadable(path, e));
    } catch (UncheckedIOException e) {
      mistakes.add(unreadable(path, e));
    }
  }

  private static boolean isManifest(Path file) {
    String name = file.getFileName().toString();
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  private static Mistake unreadable(String file, Exception why) {
    String says =
        switch (why) {
          case NoSuchFileException _ -> "no such file or directory";
          case CharacterCodingException _ -> "not text in UTF-8";
          default -> "cannot be read (" + why + ")";
        };
    return new Mistake(new Place(file, 0), says);
  }

  private static Input reading(String file, Content content) {
    try {
      return reading(file, Encoding.decode(content.read()));
    } catch (IOException e) {
      return new Input(List.of(), List.of(unreadable(file, e)), 0);
    }
  }

  private static Input reading(String file, String text) {
    Manifest.Text read = Manifest.read(text, file.endsWith(".json"));
    return new Input(
        read.objects().stream().map(manifest -> new Document(file, manifest)).toList(),
        read.mistakes().stream()
            .map(mistake -> new Mistake(new Place(file, mistake.line()), mistake.says()))
            .toList(),
        1);
  }

  /** Something that can be read once. */
  private interface Content {
    byte[] read() throws IOException;
  }
}
