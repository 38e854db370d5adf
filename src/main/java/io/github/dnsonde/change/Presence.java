package io.github.dnsonde.change;

/** The existence of pods that a change may affect. */
public enum Presence {
  /** They exist and have not ended. */
  RUNNING,
  /** The change has their workload, and none of its pods exists yet. */
  PLANNED,
  /** A policy would select them, and none exists. */
  POSSIBLE
}
