package io.github.dnsonde.cluster;

/** A port, by number or by the name that a container gives it (Kubernetes' IntOrString). */
public sealed interface PortReference {

  /** A port by its number, 1 to 65535. */
  record Numbered(int number) implements PortReference {
    public Numbered {
      if (number < 1 || number > 65_535) {
        throw new IllegalArgumentException("port " + number + " is not within 1 to 65535");
      }
    }
  }

  /** A port by the value of {@code ports[].name} of a container. */
  record Named(String name) implements PortReference {}
}
