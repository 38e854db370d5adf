package io.github.dnsonde.kube;

import com.google.gson.JsonPrimitive;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import java.util.Optional;

/** What several kinds of object say about ports in the same way. */
final class Ports {

  private Ports() {}

  /**
   * TCP where none is given, as everywhere in the API.
   *
   * @throws IllegalArgumentException if there is no such protocol
   */
  static Protocol protocol(Fields port) {
    return port.text("protocol").map(Protocol::valueOf).orElse(Protocol.TCP);
  }

  /** Empty when there is no such protocol. */
  static Optional<Protocol> knownProtocol(Fields port) {
    try {
      return Optional.of(protocol(port));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** An IntOrString: a number is a port, a text is a port's name. */
  static Optional<PortReference> reference(Fields port, String name) {
    if (!port.has(name)) {
      return Optional.empty();
    }
    JsonPrimitive value = port.json().getAsJsonPrimitive(name);
    return Optional.of(
        value.isNumber()
            ? new PortReference.Numbered(value.getAsBigDecimal().intValueExact())
            : new PortReference.Named(value.getAsString()));
  }
}
