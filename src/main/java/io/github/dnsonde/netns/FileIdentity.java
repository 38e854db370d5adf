package io.github.dnsonde.netns;

import io.github.dnsonde.probe.NetworkId;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;

/** Identifies a file, independent of its name: by statx(2), which opens nothing and never waits. */
final class FileIdentity {

  /** The identity of a file that could not be read. */
  static final NetworkId UNKNOWN = new NetworkId(0, 0, Instant.EPOCH);

  private FileIdentity() {}

  /**
   * The identity of the object that is bound to a file now. The JDK's own attributes of files show
   * the same, at several times the cost. It counts: each query needs it.
   */
  static NetworkId of(Path file) throws IOException {
    try {
      return LibC.identity(file);
    } catch (SystemCallException e) {
      if (e.is(ErrorNumber.ENOENT)) {
        throw named(new NoSuchFileException(file.toString()), e);
      }
      if (e.is(ErrorNumber.EACCES)) {
        throw named(new AccessDeniedException(file.toString()), e);
      }
      throw new IOException(e.getMessage(), e);
    }
  }

  private static IOException named(IOException failure, SystemCallException cause) {
    failure.initCause(cause);
    return failure;
  }
}
