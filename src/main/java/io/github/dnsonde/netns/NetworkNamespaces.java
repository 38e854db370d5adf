package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sockets made inside other network namespaces (network_namespaces(7)). The calling thread goes in,
 * makes the socket, and comes home before it does anything else; the socket stays there for life,
 * whichever thread uses it. No descriptor of a namespace is held: one would keep the namespace of a
 * deleted pod alive.
 *
 * <p>Belongs to platform threads. A virtual thread must not come here: setns(2) moves the thread of
 * the kernel that carries it, and with it whoever is carried next.
 */
public final class NetworkNamespaces implements Sockets, AutoCloseable {

  /** Of the calling thread; {@code /proc/self} would be the main thread's. */
  private static final Path OWN = Path.of("/proc/thread-self/ns/net");

  private final Function<Vantage, Optional<Path>> files;
  private final int home;

  /**
   * Remembers the calling thread's namespace as home.
   *
   * @param files where each vantage's namespace is bound to a file; empty when it is gone
   * @throws Unavailable if this system has no network namespaces
   */
  public NetworkNamespaces(Function<Vantage, Optional<Path>> files) throws Unavailable {
    this.files = files;
    try {
      this.home = LibC.open(OWN);
    } catch (SystemCallException e) {
      throw unavailable(Cause.NO_PERMISSION, e);
    }
  }

  @Override
  public DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family)
      throws IOException, Unavailable {
    return inside(vantage, () -> DatagramChannel.open(family));
  }

  @Override
  public SocketChannel openStream(Vantage vantage, ProtocolFamily family)
      throws IOException, Unavailable {
    return inside(vantage, () -> SocketChannel.open(family));
  }

  /** What is done inside: short, and never waiting. */
  private interface Visit<T> {
    T make() throws IOException;
  }

  private <T> T inside(Vantage vantage, Visit<T> visit) throws IOException, Unavailable {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread must not change its network namespace");
    }
    enter(
        files
            .apply(vantage)
            .orElseThrow(
                () ->
                    new Unavailable(
                        Cause.VANTAGE_GONE,
                        vantage.namespace() + "/" + vantage.pod() + " has no network namespace")));
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
    if (e.is(ErrorNumber.EPERM)) {
      return new Unavailable(
          Cause.NO_PERMISSION,
          "entering "
              + file
              + " needs the capability CAP_SYS_ADMIN (Kubernetes: securityContext.capabilities.add:"
              + " [SYS_ADMIN], run as user 0), or ask from here alone ("
              + e.getMessage()
              + ")");
    }
    return unavailable(Cause.NO_SOCKET, e);
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

  /** Forgets home; no socket can be made after this. */
  @Override
  public void close() {
    LibC.close(home);
  }
}
