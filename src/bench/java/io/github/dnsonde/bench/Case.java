package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Transport;
import java.util.Arrays;
import java.util.stream.Stream;

/** A transport and a load, for which the contenders are compared. */
record Case(Transport transport, Load load) {

  /** Returns all cases, in the order of the table. */
  static Stream<Case> all() {
    return Arrays.stream(Load.values())
        .flatMap(
            load -> Arrays.stream(Transport.values()).map(transport -> new Case(transport, load)));
  }

  @Override
  public String toString() {
    return load.title() + ", " + transport;
  }
}
