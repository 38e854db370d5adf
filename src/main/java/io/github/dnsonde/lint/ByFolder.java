package io.github.dnsonde.lint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Objects by the folders that they belong to, so that thousands of folders are cheap to search. */
final class ByFolder<T> {

  private final List<T> all;
  private final Map<Path, List<Integer>> indexes = new HashMap<>();

  /**
   * Sorts objects.
   *
   * @param document the document of an object
   */
  ByFolder(List<T> all, Function<T, Document> document) {
    this.all = List.copyOf(all);
    for (int i = 0; i < this.all.size(); i++) {
      for (Path folder : document.apply(this.all.get(i)).sourceFile().folders()) {
        indexes.computeIfAbsent(folder, _ -> new ArrayList<>()).add(i);
      }
    }
  }

  /** Returns the objects that belong to any of these folders, each once and in their order. */
  List<T> in(List<Path> folders) {
    Set<Integer> found = new TreeSet<>();
    folders.forEach(folder -> found.addAll(indexes.getOrDefault(folder, List.of())));
    return found.stream().map(all::get).toList();
  }
}
