package io.github.dnsonde.metrics;

import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;

/** A path, and whether the pod's own resolver takes it. */
record PathKey(ProbePath path, boolean inUse) {

  static PathKey of(Probe probe) {
    return new PathKey(ProbePath.of(probe), probe.inUse());
  }
}
