package io.github.dnsonde.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folders above a path that belong to the same repository. */
public final class Ancestry {

  private static final int MAX_DEPTH = 100;

  private Ancestry() {}

  /**
   * The folder itself and those above it, nearest first: up to the one that has {@code .git}, or
   * else up to the working directory; only itself where it is below neither.
   */
  public static List<Path> of(Path start) {
    Path absolute = start.toAbsolutePath().normalize();
    Path folder = Files.isDirectory(absolute) ? absolute : parent(absolute);
    Path working = Path.of("").toAbsolutePath();
    List<Path> all = new ArrayList<>();
    List<Path> upToWorking = List.of();
    for (Path each = folder; each != null && all.size() < MAX_DEPTH; each = each.getParent()) {
      all.add(each);
      if (Files.exists(each.resolve(".git"))) {
        return all;
      }
      if (each.equals(working)) {
        upToWorking = List.copyOf(all);
      }
    }
    return upToWorking.isEmpty() ? List.of(folder) : upToWorking;
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }
}
