package io.github.dnsonde.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Detects changes of {@code resolv.conf}, in place or by a rename, as a kubelet makes them. It
 * compares the content, which is a few hundred octets.
 *
 * <p>It has no thread of its own, and only one thread may use it. New content counts once two
 * checks in a row have seen it, so that a half-written file is never used. While the file cannot be
 * read, the last content stays in force.
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

  /** Returns the last content that could be read; {@link ResolvConf#EMPTY} before the first. */
  public ResolvConf inForce() {
    return inForce;
  }

  /** Returns the reason why the last check could not read the file; empty if it could. */
  public Optional<String> problem() {
    return problem;
  }

  /** Reads the file again; returns true if {@link #inForce} has changed. */
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
