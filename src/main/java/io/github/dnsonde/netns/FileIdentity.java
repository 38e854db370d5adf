package io.github.dnsonde.netns;

import io.github.dnsonde.probe.NetworkId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/** Identifies a file, independent of its name: by stat(2), which opens nothing and never waits. */
final class FileIdentity {

  /** The identity of a file that could not be read. */
  static final NetworkId UNKNOWN = new NetworkId(0, 0, Instant.EPOCH);

  private static final String CHANGED = "ctime";

  private FileIdentity() {}

  /** The identity of the object that is bound to a file now. */
  static NetworkId of(Path file) throws IOException {
    Map<String, Object> stat = Files.readAttributes(file, "unix:dev,ino," + CHANGED);
    return new NetworkId(number(stat, "dev"), number(stat, "ino"), changed(stat));
  }

  private static long number(Map<String, Object> stat, String field) {
    return stat.get(field) instanceof Number number ? number.longValue() : 0;
  }

  private static Instant changed(Map<String, Object> stat) {
    return stat.get(CHANGED) instanceof FileTime time ? time.toInstant() : Instant.EPOCH;
  }
}
