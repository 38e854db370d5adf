package io.github.dnsonde.metrics;

import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import java.util.stream.Stream;

/** Properties of a failure beyond the labels that the probes' counters share. */
record Failure(Scope scope, Reason reason) {

  static Stream<Failure> all() {
    return Stream.of(Scope.values())
        .flatMap(scope -> Stream.of(Reason.values()).map(reason -> new Failure(scope, reason)));
  }
}
