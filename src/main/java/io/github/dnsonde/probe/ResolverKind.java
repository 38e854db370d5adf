package io.github.dnsonde.probe;

import java.util.Locale;

/** The stub resolvers that most applications contain. */
public enum ResolverKind {
  /** The GNU C library's: Debian, Ubuntu, Red Hat; also Java, Python and Node.js there. */
  GLIBC,
  /** The musl C library's: Alpine. */
  MUSL,
  /** Go's own, which programs without cgo use. */
  GO;

  /** The word in labels, logs and configuration: {@code glibc}, {@code musl} or {@code go}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
