package io.github.dnsonde.probe;

/** The errors of the system that say something about the way to a server (errno(3)). */
public enum Errno {
  EPERM,
  EACCES,
  EINVAL,
  ENETUNREACH,
  EHOSTUNREACH
}
