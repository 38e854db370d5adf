package io.github.dnsonde.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file of a mounted Secret, and the configuration key that names it.
 *
 * @param key such as {@code http.tls.key}
 */
record SecretFile(String key, Path path) {

  /** The largest size of a Secret (Kubernetes documentation, "Secrets"). */
  private static final int MAX_SIZE = 1 << 20;

  /**
   * Reads the whole file; follows symbolic links, as the kubelet creates them.
   *
   * @throws UnusableSecretException if it cannot be read
   */
  byte[] read() throws UnusableSecretException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] octets = in.readNBytes(MAX_SIZE + 1);
      if (octets.length > MAX_SIZE) {
        throw unusable("more than 1 MiB", "a file of at most 1 MiB");
      }
      return octets;
    } catch (NoSuchFileException _) {
      throw unusable("no such file", "a readable file: mount the Secret, or fix the path");
    } catch (AccessDeniedException _) {
      throw unusable("a file that this user may not read", "a readable file");
    } catch (UnusableSecretException e) {
      throw e;
    } catch (IOException e) {
      throw unusable("a read error (" + e.getMessage() + ")", "a readable file");
    }
  }

  /** Creates the exception for a finding in this file; never quotes its content. */
  UnusableSecretException unusable(String found, String expected) {
    return new UnusableSecretException(
        path + " (" + key + "): found " + found + ", expected " + expected);
  }
}
