package io.github.dnsonde.e2e.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders for the output of a drill. */
final class Folders {

  private Folders() {}

  /** Creates a folder, or deletes everything in it. */
  static void empty(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> inside =
          all.filter(file -> !file.equals(folder)).sorted(Comparator.reverseOrder()).toList();
      for (Path file : inside) {
        Files.delete(file);
      }
    }
  }
}
