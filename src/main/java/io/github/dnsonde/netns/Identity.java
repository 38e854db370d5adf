package io.github.dnsonde.netns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/**
 * What a file is, beside its name. The number of a namespace (its inode) is free for the next one
 * as soon as it is gone, and soon taken; so the time belongs to it.
 *
 * @param attributes st_dev, st_ino and st_ctime of stat(2)
 */
record Identity(Map<String, Object> attributes) {

  private static final String CHANGED = "ctime";

  /** Of what could not be looked at. */
  static final Identity UNKNOWN = new Identity(Map.of());

  Identity {
    attributes = Map.copyOf(attributes);
  }

  /** Of what is bound to that file now. */
  static Identity of(Path file) throws IOException {
    return new Identity(Files.readAttributes(file, "unix:dev,ino," + CHANGED));
  }

  /** Of a namespace, which nobody changes: when the kernel made its inode. */
  FileTime made() {
    return (FileTime) attributes.getOrDefault(CHANGED, FileTime.fromMillis(0));
  }
}
