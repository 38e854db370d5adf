package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.probe.Path;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.util.List;

/** What became of the questions on one path, beside what the policies say of it. */
record Judged(Wire wire, Opinion opinion) {

  Path path() {
    return wire.path();
  }

  String namespace() {
    return path().vantage().namespace();
  }

  Server server() {
    return path().server();
  }

  Transport transport() {
    return path().transport();
  }

  boolean silent() {
    return wire.silent();
  }

  boolean denied() {
    return opinion instanceof Opinion.Denied;
  }

  /** The policies because of which it would be denied. */
  List<NetworkPolicy> isolating() {
    return switch (opinion) {
      case Opinion.Denied(var isolating, _) -> isolating;
      case Opinion.DeniedAtServer(var isolating) -> isolating;
      case Opinion.Allowed _, Opinion.Unclear _, Opinion.Unknown _ -> List.of();
    };
  }
}
