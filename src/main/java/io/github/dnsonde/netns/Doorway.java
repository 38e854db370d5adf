package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Sockets.Unavailable;
import java.nio.file.Path;

/**
 * The way into other network namespaces (network_namespaces(7)) and back. The calling thread goes
 * in, does one short thing, and comes home before it does anything else. The one descriptor held is
 * that of home: another would keep the namespace of a deleted pod alive.
 *
 * <p>Belongs to platform threads. A virtual thread must not come here: setns(2) moves the thread of
 * the kernel that carries it, and with it whoever is carried next.
 */
final class Doorway implements AutoCloseable {

  /** Of the calling thread; {@code /proc/self} would be the main thread's. */
  private static final Path OWN = Path.of("/proc/thread-self/ns/net");

  private final int home;

  /**
   * Remembers the calling thread's namespace as home.
   *
   * @throws Unavailable if this system has no network namespaces
   */
  Doorway() throws Unavailable {
    try {
      this.home = LibC.open(OWN);
    } catch (SystemCallException e) {
      throw unavailable(Cause.NO_PERMISSION, e);
    }
  }

  /** What is done inside: short, and never waiting. */
  interface Visit<T, E extends Exception> {
    T make() throws E;
  }

  /**
   * Enters the namespace that home is, which takes the same capability as any other (setns(2)).
   *
   * @throws Unavailable if this process may enter none
   */
  void tryIt() throws Unavailable {
    try {
      LibC.setns(home);
    } catch (SystemCallException e) {
      throw e.is(ErrorNumber.EPERM)
          ? notPermitted("asking from other pods", e)
          : unavailable(Cause.NO_PERMISSION, e);
    }
  }

  /**
   * Does something inside the namespace that a file is bound to.
   *
   * @throws Unavailable if there is no getting in; nothing was done then
   * @throws IllegalStateException if there is no coming home: this thread must not go on
   */
  <T, E extends Exception> T inside(Path file, Visit<T, E> visit) throws E, Unavailable {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread must not change its network namespace");
    }
    enter(file);
    try {
      return visit.make();
    } finally {
      goHome();
    }
  }

  private static void enter(Path file) throws Unavailable {
    int namespace;
    try {
      namespace = LibC.open(file);
    } catch (SystemCallException e) {
      throw unavailable(causeOfOpen(e), e);
    }
    try {
      LibC.setns(namespace);
    } catch (SystemCallException e) {
      throw unavailable(file, e);
    } finally {
      LibC.close(namespace);
    }
  }

  private static Cause causeOfOpen(SystemCallException e) {
    if (e.is(ErrorNumber.ENOENT) || e.is(ErrorNumber.ENOTDIR)) {
      return Cause.VANTAGE_GONE;
    }
    return e.is(ErrorNumber.EACCES) || e.is(ErrorNumber.EPERM)
        ? Cause.NO_PERMISSION
        : Cause.NO_SOCKET;
  }

  /** EINVAL: the file is no namespace, or its mount is gone and only the place of it is left. */
  private static Unavailable unavailable(Path file, SystemCallException e) {
    if (e.is(ErrorNumber.EINVAL)) {
      return new Unavailable(
          Cause.VANTAGE_GONE, file + " is not a network namespace (" + e.getMessage() + ")");
    }
    return e.is(ErrorNumber.EPERM)
        ? notPermitted("entering " + file, e)
        : unavailable(Cause.NO_SOCKET, e);
  }

  private static Unavailable notPermitted(String what, SystemCallException e) {
    return new Unavailable(
        Cause.NO_PERMISSION,
        what
            + " needs the capability CAP_SYS_ADMIN, which this process lacks (Kubernetes:"
            + " securityContext with runAsUser: 0 and capabilities.add: [SYS_ADMIN]); without it,"
            + " ask from here alone with mode: self ("
            + e.getMessage()
            + ")");
  }

  private static Unavailable unavailable(Cause cause, SystemCallException e) {
    return new Unavailable(cause, String.valueOf(e.getMessage()));
  }

  /**
   * A thread that cannot come home would ask everything from the wrong place: it must not go on.
   */
  private void goHome() {
    try {
      LibC.setns(home);
    } catch (SystemCallException e) {
      throw new IllegalStateException("this thread cannot leave a pod's network namespace", e);
    }
  }

  /** Forgets home; nothing can be entered after this. */
  @Override
  public void close() {
    LibC.close(home);
  }
}
