package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.TimeSpan;
import io.github.dnsonde.config.yaml.ValueType;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Server;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The same values on the command line, read by the rules of the file. */
public final class Arguments {

  /** An example. IPv6 is always in brackets (RFC 3986 §3.2.2): {@code ::1:53} is ambiguous. */
  private static final Pattern ADDRESS_AND_PORT =
      Pattern.compile("(?:\\[(?<v6>[^]]*)]|(?<v4>[^:\\[\\]]*))(?::(?<port>[0-9]{1,5}))?");

  private static final String SERVER =
      "an address such as 10.96.0.10, 10.96.0.10:53, [fd00::a] or [fd00::a]:53";

  private Arguments() {}

  /**
   * Returns the time to wait for an answer, such as {@code 2s}.
   *
   * @throws IllegalArgumentException if the text is not a time span, or out of range; the message
   *     says what was expected
   */
  public static Duration timeout(String text) {
    return read(ScheduleSection.TIMEOUT.type(), text);
  }

  /**
   * Returns the time to look back, such as {@code 2h}.
   *
   * @throws IllegalArgumentException if the text is not a time span, or out of range; the message
   *     says what was expected
   */
  public static Duration lookBack(String text) {
    return read(new TimeSpan(Duration.ofMinutes(1), Duration.ofHours(24)), text);
  }

  /**
   * Returns the server to query: an address, and a port if it is not 53. Its name is the address.
   *
   * @throws IllegalArgumentException if the text is not an address; the message says what was
   *     expected
   */
  public static Server server(String text) {
    Matcher parts = ADDRESS_AND_PORT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("expected " + SERVER);
    }
    String v6 = parts.group("v6");
    String port = parts.group("port");
    InetAddress address =
        Literals.address(v6 == null ? String.valueOf(parts.group("v4")) : v6)
            .filter(found -> (v6 != null) == found instanceof Inet6Address)
            .orElseThrow(() -> new IllegalArgumentException("expected " + SERVER));
    return new Server(
        Addresses.text(address), address, port == null ? Server.DNS_PORT : Integer.parseInt(port));
  }

  private static <T> T read(ValueType<T> type, String text) {
    try {
      return type.read(text);
    } catch (InvalidValue e) {
      throw new IllegalArgumentException("expected " + e.expected(), e);
    }
  }
}
