package io.github.dnsonde.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Network namespaces bound to the files of a folder of one's own, as a container runtime leaves
 * them. Addresses lie on the loopback interface, which is down until {@link #up}.
 *
 * <p>Needs root, {@code ip}, {@code unshare} and {@code nsenter}.
 */
public final class Sandboxes implements AutoCloseable {

  private final Path folder;

  public Sandboxes(Path folder) {
    this.folder = folder;
  }

  /** What no namespace can be made without and is not here; empty when all is. */
  public static Optional<String> missing() throws IOException {
    return Commands.noNamespaces("ip", "unshare", "nsenter");
  }

  /** Makes a namespace with these addresses, such as {@code 10.244.1.7}. */
  public Path add(String name, String... addresses) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    Commands.run("unshare", "--net=" + file, "true");
    for (String address : addresses) {
      address(name, address);
    }
    return file;
  }

  public void address(String name, String address) throws IOException {
    ip(name, "address", "add", address, "dev", "lo");
  }

  public void loseAddress(String name, String address) throws IOException {
    ip(name, "address", "delete", address, "dev", "lo");
  }

  public void up(String name) throws IOException {
    ip(name, "link", "set", "lo", "up");
  }

  /** A cable from one namespace to another: {@code cable} is the name of both its ends. */
  public void connect(String one, String other) throws IOException {
    String there = folder.resolve(other).toString();
    ip(one, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", there);
  }

  public boolean isConnected(String name) throws IOException {
    return Commands.ended(command(name, "link", "show", "cable"), "").code() == 0;
  }

  /** Unbinds the namespace; the file stays. */
  public void unmount(String name) throws IOException {
    Commands.run("umount", folder.resolve(name).toString());
  }

  /** Unbinds the namespace and deletes the file. */
  public void delete(String name) throws IOException {
    unmount(name);
    Files.delete(folder.resolve(name));
  }

  private void ip(String name, String... arguments) throws IOException {
    Commands.run(command(name, arguments), "");
  }

  private List<String> command(String name, String... arguments) {
    return Stream.concat(
            Stream.of("nsenter", "--net=" + folder.resolve(name), "ip"), Arrays.stream(arguments))
        .toList();
  }

  /** Unbinds what is left. */
  @Override
  public void close() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Commands.ended(List.of("umount", file.toString()), "");
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
