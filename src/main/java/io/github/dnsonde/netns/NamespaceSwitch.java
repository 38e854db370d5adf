package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.NetworkId;
import io.github.dnsonde.probe.Sockets.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Enters other network namespaces (network_namespaces(7)) and returns. The calling thread enters,
 * performs one short action, and returns home before it does anything else. The only descriptor
 * held is that of home: another would keep the namespace of a deleted pod alive.
 *
 * <p>Only a namespace is ever opened for reading. Anything else in a folder, such as a pipe or a
 * device, is identified and left alone.
 *
 * <p>For platform threads only. A virtual thread must not call this: setns(2) moves the kernel
 * thread that carries it, and with it the virtual threads that are carried next.
 */
final class NamespaceSwitch implements AutoCloseable {

  /** The namespace of the calling thread; {@code /proc/self} would be the main thread's. */
  private static final Path OWN = Path.of("/proc/thread-self/ns/net");

  private static final Path DESCRIPTORS = Path.of("/proc/thread-self/fd");

  /** A visit takes microseconds; one that takes longer than this will not end. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final int home;
  private final long device;

  /** Visits share it; closing has it exclusively. */
  private final ReadWriteLock visits = new ReentrantReadWriteLock();

  private boolean closed;

  /**
   * Creates an instance with the calling thread's namespace as home.
   *
   * @throws Unavailable if this system has no network namespaces
   */
  NamespaceSwitch() throws Unavailable {
    try {
      this.device = FileIdentity.of(OWN).device();
      this.home = LibC.open(OWN);
    } catch (IOException e) {
      throw new Unavailable(Cause.NO_PERMISSION, "stat(" + OWN + "): " + e.getMessage());
    } catch (SystemCallException e) {
      throw unavailable(Cause.NO_PERMISSION, e);
    }
  }

  /** An action inside a namespace. It must be short and must not wait. */
  interface Visit<T, E extends Exception> {
    T make() throws E;
  }

  /**
   * Enters the home namespace, which takes the same capability as any other (setns(2)).
   *
   * @throws Unavailable if this process may not enter namespaces
   */
  void tryIt() throws Unavailable {
    try {
      LibC.setns(home);
    } catch (SystemCallException e) {
      throw e.is(ErrorNumber.EPERM)
          ? notPermitted("querying from other pods", e)
          : unavailable(Cause.NO_PERMISSION, e);
    }
  }

  /**
   * Returns true if the file is a namespace: all of them, and nothing else, are on one device
   * (nsfs).
   */
  boolean isNamespace(NetworkId id) {
    return id.device() == device;
  }

  /**
   * Performs an action inside a namespace.
   *
   * @throws Unavailable if the namespace cannot be entered, or if the file is bound to another
   *     namespace than expected; the action was not performed then
   * @throws LostThreadError if the thread cannot return home
   */
  <T, E extends Exception> T inside(Entrance entrance, Visit<T, E> visit) throws E, Unavailable {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread must not change its network namespace");
    }
    visits.readLock().lock();
    try {
      if (closed) {
        throw new Unavailable(Cause.SHUTDOWN, "the agent is stopping");
      }
      enter(entrance);
      try {
        return visit.make();
      } finally {
        goHome();
      }
    } finally {
      visits.readLock().unlock();
    }
  }

  /** Takes a reference to the file, then identifies it, then opens exactly that file. */
  private void enter(Entrance entrance) throws Unavailable {
    int found = open(() -> LibC.reference(entrance.file()));
    try {
      Path held = DESCRIPTORS.resolve(Integer.toString(found));
      check(entrance, identity(held));
      int namespace = open(() -> LibC.reopen(held, entrance.file()));
      try {
        LibC.setns(namespace);
      } catch (SystemCallException e) {
        throw unavailable(entrance.file(), e);
      } finally {
        LibC.close(namespace);
      }
    } finally {
      LibC.close(found);
    }
  }

  /** A way to open a file. */
  private interface Opening {
    int descriptor() throws SystemCallException;
  }

  private static int open(Opening opening) throws Unavailable {
    try {
      return opening.descriptor();
    } catch (SystemCallException e) {
      throw unavailable(causeOfOpen(e), e);
    }
  }

  private static NetworkId identity(Path held) throws Unavailable {
    try {
      return FileIdentity.of(held);
    } catch (IOException e) {
      throw new Unavailable(Cause.NO_SOCKET, "stat(" + held + "): " + e.getMessage());
    }
  }

  private void check(Entrance entrance, NetworkId found) throws Unavailable {
    if (!isNamespace(found)) {
      throw new Unavailable(Cause.VANTAGE_GONE, entrance.file() + " is not a network namespace");
    }
    if (entrance.expected().filter(expected -> !expected.equals(found)).isPresent()) {
      throw new Unavailable(
          Cause.VANTAGE_GONE, entrance.file() + " is another network namespace now");
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

  /** Translates an errno of setns(2). EINVAL means a namespace of another kind. */
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
            + " set mode: self to query from the agent's own pod alone ("
            + e.getMessage()
            + ")");
  }

  private static Unavailable unavailable(Cause cause, SystemCallException e) {
    return new Unavailable(cause, String.valueOf(e.getMessage()));
  }

  private void goHome() {
    try {
      LibC.setns(home);
    } catch (SystemCallException e) {
      throw new LostThreadError(e);
    }
  }

  /**
   * Closes home; nothing can be entered afterwards. Waits until no visit is under way. If one does
   * not end, home stays open: its number could be reused for another file, which that visit would
   * then enter as home.
   */
  @Override
  public void close() {
    boolean alone = false;
    try {
      alone = visits.writeLock().tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      if (alone && !closed) {
        closed = true;
        LibC.close(home);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      if (alone) {
        visits.writeLock().unlock();
      }
    }
  }
}
