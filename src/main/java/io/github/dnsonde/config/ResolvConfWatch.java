package io.github.dnsonde.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Notices that {@code resolv.conf} changed, in place or by a rename, as a kubelet does it. Its
 * content is compared: it is a few hundred octets.
 *
 * <p>Has no thread of its own and belongs to one. New content counts once two checks in a row have
 * seen it, so that a file caught half written is never used. While the file cannot be read, the
 * last content stays in force.
 */
public final class ResolvConfWatch {

  private final Path file;
  private ResolvConf inForce = ResolvConf.EMPTY;
  private byte[] read = {};
  private byte[] seen = {};
  private Optional<String> problem = Optional.empty();

  /** Reads the file for the first time; see {@link #problem}. */
  public ResolvConfWatch(Path file) {
    this.file = file;
    try {
      seen = ResolvConf.octets(file);
      read = seen;
      inForce = ResolvConf.parse(seen);
    } catch (IOException e) {
      problem = Optional.of(e.toString());
    }
  }

  /** The last content that could be read; {@link ResolvConf#EMPTY} before. */
  public ResolvConf inForce() {
    return inForce;
  }

  /** Why the file could not be read at the last check; empty if it could. */
  public Optional<String> problem() {
    return problem;
  }

  /** Looks at the file again; true if {@link #inForce} is another one now. */
  public boolean check() {
    byte[] now;
    try {
      now = ResolvConf.octets(file);
      problem = Optional.empty();
    } catch (IOException e) {
      problem = Optional.of(e.toString());
      return false;
    }
    boolean settled = Arrays.equals(now, seen);
    seen = now;
    if (!settled || Arrays.equals(now, read)) {
      return false;
    }
    read = now;
    ResolvConf before = inForce;
    inForce = ResolvConf.parse(now);
    return !inForce.equals(before);
  }
}
