package io.github.dnsonde.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the stub resolver of this pod is told (resolv.conf(5)).
 *
 * @param nameservers the resolvers it asks, in order; at most three, as the C libraries take no
 *     more
 */
public record ResolvConf(List<InetAddress> nameservers) {

  /** Where it is found, in a container too: the kubelet writes it. */
  public static final Path PATH = Path.of("/etc/resolv.conf");

  /** MAXNS in resolv.h. */
  private static final int MAX_NAMESERVERS = 3;

  private static final Pattern NAMESERVER = Pattern.compile("nameserver[ \t]+([^ \t]+)");

  public ResolvConf {
    nameservers = List.copyOf(nameservers);
  }

  /**
   * Reads the {@code nameserver} lines; those without an address in them are passed over, as the
   * resolver does.
   *
   * @throws IOException if the file cannot be read
   */
  public static ResolvConf read(Path file) throws IOException {
    // One octet, one character: a comment in whatever encoding spoils nothing.
    return new ResolvConf(
        Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
            .map(ResolvConf::nameserver)
            .flatMap(Optional::stream)
            .limit(MAX_NAMESERVERS)
            .toList());
  }

  /** The keyword must start its line; white space, then the address, follow it. */
  private static Optional<InetAddress> nameserver(String line) {
    Matcher nameserver = NAMESERVER.matcher(line);
    return nameserver.lookingAt() ? Literals.address(nameserver.group(1)) : Optional.empty();
  }
}
