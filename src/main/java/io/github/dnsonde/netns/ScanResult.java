package io.github.dnsonde.netns;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one scan saw, in the order of the names.
 *
 * @param sandboxes every file in the folders
 * @param failures in words: of folders that could not be listed, and of files
 */
record ScanResult(Map<Path, Sandbox> sandboxes, Map<Path, String> failures) {

  static ScanResult empty() {
    return new ScanResult(new TreeMap<>(), new TreeMap<>());
  }

  /** What stands in the way of one file. */
  void told(Path file, Sandbox sandbox) {
    sandbox.trouble().ifPresent(words -> failures.put(file, words));
  }
}
