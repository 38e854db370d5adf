package io.github.dnsonde.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Network namespaces bound to the files of a separate folder, like those of a container runtime,
 * and the programs inside.
 *
 * <p>Needs root, {@code ip}, {@code nft}, {@code unshare} and {@code nsenter}.
 */
public final class Sandboxes implements AutoCloseable {

  private static final long MOMENT = 20;

  private final Path folder;
  private final List<Process> programs = new ArrayList<>();
  private final Thread undoing = new Thread(this::undo, "sandboxes-undoing");

  public Sandboxes(Path folder) {
    this.folder = folder;
    Runtime.getRuntime().addShutdownHook(undoing);
  }

  /** The missing requirements of namespaces; empty if there are none. */
  public static Optional<String> missing() throws IOException {
    return Commands.noNamespaces("ip", "nft", "unshare", "nsenter");
  }

  /** Creates a namespace with these addresses on its loopback interface, which is down. */
  public Path add(String name, String... addresses) throws IOException {
    Path file = file(name);
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    Commands.run("unshare", "--net=" + file, "true");
    for (String address : addresses) {
      address(name, address);
    }
    return file;
  }

  /** Gives a namespace the interface that a pod has, with these addresses, and brings it up. */
  public void addEth0(String name, String... addresses) throws IOException {
    in(name, "ip", "link", "add", "eth0", "type", "veth", "peer", "name", "other-end");
    for (String address : addresses) {
      in(name, "ip", "address", "add", address, "dev", "eth0");
    }
    in(name, "ip", "link", "set", "eth0", "up");
  }

  /** The file that a namespace is bound to. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  public void address(String name, String address) throws IOException {
    in(name, "ip", "address", "add", address, "dev", "lo");
  }

  public void loseAddress(String name, String address) throws IOException {
    in(name, "ip", "address", "delete", address, "dev", "lo");
  }

  /** Brings the loopback interface up. */
  public void up(String name) throws IOException {
    in(name, "ip", "link", "set", "lo", "up");
  }

  /** Connects two namespaces with a cable (veth(4)). */
  public void connect(String one, String device, String other, String deviceThere)
      throws IOException {
    String there = file(other).toString();
    in(
        one,
        "ip",
        "link",
        "add",
        device,
        "type",
        "veth",
        "peer",
        "name",
        deviceThere,
        "netns",
        there);
  }

  public boolean has(String name, String device) throws IOException {
    return Commands.ended(inside(name, "ip", "link", "show", device), "").code() == 0;
  }

  /** Lets a namespace forward packets, and report each that it cannot forward. */
  void forward(String name) throws IOException {
    in(
        name,
        "sh",
        "-ec",
        """
        cd /proc/sys/net
        echo 1 > ipv4/ip_forward
        echo 1 > ipv6/conf/all/forwarding
        echo 0 > ipv4/icmp_ratelimit
        echo 0 > ipv6/icmp/ratelimit
        """);
  }

  /** Adds rules to a separate filter, such as {@code ip daddr 10.96.0.10 drop}. */
  void filter(String name, String hook, String rules) throws IOException {
    Commands.run(
        inside(name, "nft", "-f", "-"),
        """
        table inet broken {
          chain %1$s {
            type filter hook %1$s priority 0;
            %2$s
          }
        }
        """
            .formatted(hook, rules));
  }

  /** Adds rules to a table of network address translation. */
  void nat(String name, String hook, String rules) throws IOException {
    Commands.run(
        inside(name, "nft", "-f", "-"),
        """
        table ip translated {
          chain %1$s {
            type nat hook %1$s priority -100;
            %2$s
          }
        }
        """
            .formatted(hook, rules));
  }

  void unfilter(String name) throws IOException {
    in(name, "nft", "flush", "ruleset");
  }

  /** Runs a command in a namespace. */
  public void in(String name, String... command) throws IOException {
    Commands.run(inside(name, command), "");
  }

  /** Runs commands of ip(8) in a namespace, one a line. */
  public void ip(String name, String commands) throws IOException {
    Commands.run(inside(name, "ip", "-batch", "-"), commands);
  }

  /** Starts a server like a cluster's DNS on these addresses. */
  public void serve(String name, String... addresses) throws IOException {
    Process server = java(name, ServeHere.class, addresses);
    if (!"ready".equals(server.inputReader(UTF_8).readLine())) {
      throw new IOException("no server in " + name);
    }
  }

  /** Starts a program of this class path in a namespace. */
  Process java(String name, Class<?> program, String... arguments) throws IOException {
    Stream<String> command =
        Stream.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            program.getName());
    Process started =
        new ProcessBuilder(
                inside(
                    name, Stream.concat(command, Arrays.stream(arguments)).toArray(String[]::new)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    programs.add(started);
    return started;
  }

  private List<String> inside(String name, String... command) {
    return Stream.concat(Stream.of("nsenter", "--net=" + file(name)), Arrays.stream(command))
        .toList();
  }

  /** Unbinds the namespace; the file stays. */
  public void unmount(String name) throws IOException {
    Commands.run("umount", file(name).toString());
  }

  /** Unbinds the namespace and deletes the file. */
  public void delete(String name) throws IOException {
    unmount(name);
    Files.delete(file(name));
  }

  /** Ends every program and removes every namespace; the folder stays. */
  @Override
  public void close() {
    undo();
    Runtime.getRuntime().removeShutdownHook(undoing);
  }

  private void undo() {
    programs.forEach(Process::destroyForcibly);
    try (Stream<Path> files = Files.list(folder)) {
      for (Process program : programs) {
        program.waitFor(MOMENT, TimeUnit.SECONDS);
      }
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Commands.ended(List.of("umount", file.toString()), "");
        Files.delete(file);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
