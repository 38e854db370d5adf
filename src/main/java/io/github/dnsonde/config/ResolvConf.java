package io.github.dnsonde.config;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.ResolverSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The configuration of this pod's stub resolver (resolv.conf(5)), parsed like in the C libraries.
 *
 * @param settings the nameservers that can be queried; at most three, the limit of the C libraries
 * @param remarks a sentence for each nameserver line that is not used
 */
public record ResolvConf(ResolverSettings settings, List<String> remarks) {

  /** The file's path in every container; the kubelet writes the file. */
  public static final Path PATH = Path.of("/etc/resolv.conf");

  /** The content of a file that cannot be read. */
  public static final ResolvConf EMPTY = new ResolvConf(ResolverSettings.NONE, List.of());

  /** The size limit, far above what a kubelet writes: 3 nameservers, 32 search domains, options. */
  static final int MAX_SIZE = 64 << 10;

  /** The maximum number of nameservers: MAXNS in resolv.h. */
  private static final int MAX_NAMESERVERS = 3;

  private static final int MAX_REMARKS = 8;

  /** The maximum length of a shown address: enough for every address with a zone. */
  private static final int MAX_QUOTED = 64;

  public ResolvConf {
    requireNonNull(settings, "settings is null");
    remarks = List.copyOf(remarks);
  }

  /** Returns the servers that the stub resolver queries, in order. */
  public List<InetAddress> nameservers() {
    return settings.nameservers();
  }

  /**
   * Reads a file.
   *
   * @throws IOException if the file cannot be read
   */
  public static ResolvConf read(Path file) throws IOException {
    return parse(octets(file));
  }

  /** Returns the file's first octets: one more than the limit, if the file is longer. */
  static byte[] octets(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + " is not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_SIZE + 1);
    }
  }

  static ResolvConf parse(byte[] octets) {
    // Each octet is one character, so that a comment in any encoding does no harm.
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    Reader reader = new Reader();
    if (octets.length > MAX_SIZE) {
      text = text.substring(0, text.lastIndexOf('\n', MAX_SIZE) + 1);
      reader.remark("is longer than " + (MAX_SIZE >> 10) + " KiB: the rest of it is not read");
    }
    text.lines().forEach(reader::line);
    return reader.read();
  }

  /** The content of the lines read so far. */
  private static final class Reader {
    private final List<InetAddress> nameservers = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private List<String> search = List.of();
    private int lines;
    private int valid;

    /** Reads a line: the keyword must be at its start, followed by white space and the value. */
    void line(String line) {
      lines++;
      List<String> words = List.of(line.split("[ \t]+"));
      List<String> values = words.subList(Math.min(1, words.size()), words.size());
      switch (words.isEmpty() ? "" : words.getFirst()) {
        case "" -> values.stream().findFirst().ifPresent(this::indented);
        case "nameserver" -> values.stream().findFirst().ifPresent(this::nameserver);
        case "search" -> search = values;
        case "domain" -> search = values.stream().limit(1).toList();
        case "options" -> options.addAll(values);
        default -> {} // comments, and lines that the C libraries also ignore
      }
    }

    private void indented(String keyword) {
      if (keyword.equals("nameserver")) {
        remark(
            "line "
                + lines
                + ": this nameserver is not queried: the keyword must start its line, so remove the"
                + " white space before it");
      }
    }

    private void nameserver(String word) {
      boolean hasZone = word.indexOf('%') > 0;
      Optional<InetAddress> address =
          Literals.address(hasZone ? word.substring(0, word.indexOf('%')) : word);
      if (address.isEmpty()) {
        refuse(word, "it is not an IP address");
      } else if (++valid > MAX_NAMESERVERS) {
        refuse(word, "resolvers use the first " + MAX_NAMESERVERS + " nameservers only");
      } else if (hasZone || isOfOneLink(address.get())) {
        refuse(word, "such an address is valid on one network link only");
      } else if (!nameservers.contains(address.get())) {
        nameservers.add(address.get());
      }
    }

    private static boolean isOfOneLink(InetAddress address) {
      return address instanceof Inet6Address && address.isLinkLocalAddress();
    }

    private void refuse(String word, String why) {
      remark("line " + lines + ": nameserver " + quoted(word) + " is not queried: " + why);
    }

    void remark(String words) {
      if (remarks.size() < MAX_REMARKS) {
        remarks.add("resolv.conf " + words);
      }
    }

    private static String quoted(String word) {
      return word.substring(0, Math.min(word.length(), MAX_QUOTED)).replaceAll("[^!-~]", "?");
    }

    ResolvConf read() {
      Stream<String> latest = options.stream().distinct();
      return new ResolvConf(ResolverSettings.of(nameservers, search.stream(), latest), remarks);
    }
  }
}
