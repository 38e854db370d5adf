package io.github.dnsonde.e2e.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders for what a drill leaves behind. */
final class Folders {

  private Folders() {}

  /** Makes a folder, or takes everything out of it. */
  static void empty(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> inside =
          all.filter(each -> !each.equals(folder)).sorted(Comparator.reverseOrder()).toList();
      for (Path each : inside) {
        Files.delete(each);
      }
    }
  }
}
