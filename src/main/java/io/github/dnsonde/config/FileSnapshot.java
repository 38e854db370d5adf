package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Mistake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The content of a file at one moment. */
sealed interface FileSnapshot {

  /** The size limit: as much as a ConfigMap can hold (Kubernetes documentation, "ConfigMaps"). */
  int MAX_SIZE = 1 << 20;

  /** The octets of a file, between the buffer's position and its limit. */
  record Octets(ByteBuffer octets) implements FileSnapshot {

    /** Returns the octets, for one reader. */
    @Override
    public ByteBuffer octets() {
      return octets.asReadOnlyBuffer();
    }
  }

  /** A file that cannot be used. */
  record Unreadable(Mistake mistake) implements FileSnapshot {}

  /** Reads a file; follows symbolic links. */
  static FileSnapshot of(Path file) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        return unreadable(
            file, Files.isDirectory(file) ? "a directory" : "something other than a regular file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] octets = in.readNBytes(MAX_SIZE + 1);
        return octets.length > MAX_SIZE
            ? unreadable(file, "more than 1 MiB", "a file of at most 1 MiB")
            : new Octets(ByteBuffer.wrap(octets));
      }
    } catch (NoSuchFileException _) {
      return unreadable(file, "no such file");
    } catch (AccessDeniedException _) {
      return unreadable(file, "a file that this user may not read");
    } catch (IOException e) {
      return unreadable(file, "a read error (" + e.getMessage() + ")");
    }
  }

  private static FileSnapshot unreadable(Path file, String found) {
    return unreadable(file, found, "a readable file");
  }

  private static FileSnapshot unreadable(Path file, String found, String expected) {
    return new Unreadable(new Mistake(file.toString(), 0, "", found, expected));
  }
}
