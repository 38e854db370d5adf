package io.github.dnsonde.probe;

/** Several queries that are repeated together once a period, from one vantage of a namespace. */
public sealed interface Repeated permits Lookup, Trial {

  Vantage vantage();

  /** The name that it is about. */
  String name();
}
