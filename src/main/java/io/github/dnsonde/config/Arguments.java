package io.github.dnsonde.config;

import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The same values on the command line: read by the same rules as in the file. */
public final class Arguments {

  /** {@code 10.96.0.10:53}, {@code [fd00::a]:53}. */
  private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^]]*)]|([^:]*)):([0-9]{1,5})");

  private static final String SERVER =
      "an address such as 10.96.0.10, 10.96.0.10:53 or [fd00::a]:53";

  private Arguments() {}

  /**
   * How long to wait for an answer, such as {@code 2s}.
   *
   * @throws IllegalArgumentException if the text is none, or out of range; the message says what
   *     was expected
   */
  public static Duration timeout(String text) {
    return read(Keys.TIMEOUT.kind(), text);
  }

  /**
   * Whom to ask: an address, and a port if it is not 53. Its name is the address.
   *
   * @throws IllegalArgumentException if the text is none; the message says what was expected
   */
  public static Server server(String text) {
    Matcher withPort = WITH_PORT.matcher(text);
    boolean matches = withPort.matches();
    String host =
        matches ? (withPort.group(1) != null ? withPort.group(1) : withPort.group(2)) : text;
    int port = matches ? Integer.parseInt(withPort.group(3)) : Server.DNS_PORT;
    InetAddress address =
        Literals.address(host)
            .orElseThrow(() -> new IllegalArgumentException("expected " + SERVER));
    return new Server(address.getHostAddress(), address, port);
  }

  private static <T> T read(Kind<T> kind, String text) {
    try {
      return kind.read(text);
    } catch (Kind.Unfit e) {
      throw new IllegalArgumentException("expected " + e.expected(), e);
    }
  }
}
