package io.github.dnsonde.netns;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The result of one scan, ordered by name.
 *
 * @param sandboxes every file in the folders
 * @param failures error texts of folders that could not be listed, and of files
 */
record ScanResult(Map<Path, Sandbox> sandboxes, Map<Path, String> failures) {

  static ScanResult empty() {
    return new ScanResult(new TreeMap<>(), new TreeMap<>());
  }

  /** Records the trouble of one file. */
  void add(Path file, Sandbox sandbox) {
    sandbox.trouble().ifPresent(words -> failures.put(file, words));
  }
}
