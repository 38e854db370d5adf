package io.github.dnsonde.netns;

import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.netns.Sandbox.Holding;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Sockets.Unavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which of the node's network namespaces has which pod address. The container runtime binds the
 * namespace of each pod sandbox to a file (containerd and CRI-O: in {@code /var/run/netns}); what
 * addresses it has can be seen from inside only.
 *
 * <p>One platform thread scans; any thread may ask. No descriptor of a pod's namespace is held
 * between calls.
 */
public final class SandboxNetworks implements AutoCloseable {

  private final List<Path> directories;
  private final Doorway doorway;
  private View view = View.empty();
  private Set<Path> contested = Set.of();
  private long scans;
  private volatile Map<InetAddress, Path> files = Map.of();

  /**
   * Remembers the calling thread's namespace as home. Nothing is known before the first scan.
   *
   * @param directories where namespaces are bound to files; need not exist yet
   * @throws Unavailable if this process may enter no namespace, with one line that says what to do
   */
  public SandboxNetworks(List<Path> directories) throws Unavailable {
    this.directories = directories.stream().distinct().toList();
    this.doorway = new Doorway();
    try {
      doorway.tryIt();
    } catch (Unavailable e) {
      doorway.close();
      throw e;
    }
  }

  /**
   * Looks at every file and enters those that are new, that have no address yet, or whose address
   * another namespace claims. Belongs to one platform thread.
   *
   * @return what is to be told of it
   * @throws IllegalStateException if that thread could not come home: it must not go on
   */
  public Changes scan() {
    scans++;
    View now = View.empty();
    for (Path directory : directories) {
      for (Path file : list(directory, now)) {
        look(file).ifPresent(sandbox -> now.add(file, sandbox));
      }
    }
    Changes changes = Changes.between(view, now);
    Claims claims = Claims.of(now.sandboxes());
    view = now;
    contested = claims.contested();
    files = claims.settled();
    return changes;
  }

  /** A folder that cannot be listed just now still has the files that it had. */
  private List<Path> list(Path directory, View now) {
    try (Stream<Path> listed = Files.list(directory)) {
      return listed.toList();
    } catch (NoSuchFileException _) {
      return List.of(); // the runtime makes it with the node's first pod
    } catch (IOException | UncheckedIOException e) {
      now.failures().put(directory, "listing " + directory + ": " + words(e));
      return view.sandboxes().keySet().stream()
          .filter(file -> directory.equals(file.getParent()))
          .toList();
    }
  }

  /** Empty for a file that vanished since it was listed. */
  private Optional<Sandbox> look(Path file) {
    try {
      Identity identity = Identity.of(file);
      Sandbox known =
          Optional.ofNullable(view.sandboxes().get(file))
              .filter(sandbox -> sandbox.identity().equals(identity))
              .orElseGet(() -> Sandbox.unvisited(identity));
      return Optional.of(known.again() || contested.contains(file) ? visit(file, known) : known);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(Sandbox.hidden("looking at " + file + ": " + words(e)));
    }
  }

  /** What lacks on our side may be there the next time; what is wrong with the file stays so. */
  private Sandbox visit(Path file, Sandbox known) {
    try {
      return known.with(
          doorway.inside(file, InterfaceAddress::here).stream()
              .collect(
                  toMap(InterfaceAddress::address, found -> holding(known, found), Holding::and)));
    } catch (Unavailable e) {
      return known.failed(String.valueOf(e.getMessage()), e.untestedBy() == Cause.NO_SOCKET);
    } catch (SystemCallException e) {
      return known.failed("in " + file + ": " + e.getMessage(), true);
    }
  }

  private Holding holding(Sandbox known, InterfaceAddress found) {
    Holding before = known.addresses().get(found.address());
    return new Holding(before == null ? scans : before.since(), found.running());
  }

  /** The errno's name, where Java has made a type of it. */
  private static String words(Exception e) {
    return switch (e) {
      case AccessDeniedException _ -> "EACCES";
      case NotDirectoryException _ -> "ENOTDIR";
      default -> String.valueOf(e.getMessage());
    };
  }

  /** The file of the namespace that had this address at the last scan. Any thread may ask. */
  public Optional<Path> fileOf(InetAddress podAddress) {
    return Optional.ofNullable(files.get(podAddress));
  }

  /**
   * Whether this address is still that file's: looked at from inside, now. What keeps us from
   * looking proves nothing. Belongs to platform threads.
   */
  boolean isAt(InetAddress podAddress, Path file) {
    if (!fileOf(podAddress).equals(Optional.of(file))) {
      return false;
    }
    try {
      return doorway.inside(file, InterfaceAddress::here).stream()
          .anyMatch(found -> found.address().equals(podAddress));
    } catch (Unavailable e) {
      return e.untestedBy() != Cause.VANTAGE_GONE;
    } catch (SystemCallException _) {
      return true;
    }
  }

  /**
   * The same exchange, but that a question whose pod went away meanwhile is untested, however it
   * ended, unless with an answer.
   *
   * @param exchange used and closed by what this returns
   */
  public Exchange watching(Exchange exchange) {
    return new PodExchange(exchange, this);
  }

  /** Every address known at the last scan. Any thread may ask. */
  public Set<InetAddress> addresses() {
    return files.keySet();
  }

  /** Forgets home; nothing can be scanned after this. */
  @Override
  public void close() {
    doorway.close();
  }
}
