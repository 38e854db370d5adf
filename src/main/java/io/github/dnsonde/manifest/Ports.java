package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import java.util.Optional;
import java.util.regex.Pattern;

/** The fields for ports that several kinds of object share. */
public final class Ports {

  /** A name of a port (RFC 6335 §5.1): at least one letter, hyphens between other characters. */
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*");

  private Ports() {}

  /** Returns true if a container can have a port of this name. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /**
   * Returns the protocol; TCP if none is given, as everywhere in the API.
   *
   * @throws IllegalArgumentException if there is no such protocol
   */
  public static Protocol protocol(Fields port) {
    return port.text("protocol").map(Protocol::valueOf).orElse(Protocol.TCP);
  }

  /** Returns the protocol; empty if there is no such protocol. */
  public static Optional<Protocol> knownProtocol(Fields port) {
    try {
      return Optional.of(protocol(port));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * Reads an IntOrString: a number is a port, a text is a port's name.
   *
   * @throws IllegalArgumentException if it is neither, or the number is no valid port
   */
  public static Optional<PortReference> reference(Fields port, String name) {
    if (!port.has(name)) {
      return Optional.empty();
    }
    Optional<PortReference> numbered = port.number(name).map(PortReference.Numbered::new);
    return numbered
        .or(() -> port.text(name).map(PortReference.Named::new))
        .or(
            () -> {
              throw new IllegalArgumentException(name + " is neither a number nor a name");
            });
  }
}
