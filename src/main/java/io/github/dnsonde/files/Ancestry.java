package io.github.dnsonde.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lists the folders above a path that belong to the same repository. */
public final class Ancestry {

  private static final int MAX_DEPTH = 100;

  private Ancestry() {}

  /**
   * Returns the folder and those above it, nearest first. The last is the one that has {@code
   * .git}, otherwise the working directory. If the folder is below neither, it is alone.
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
