package io.github.dnsonde.diagnosis;

import java.util.Optional;

/** What would let a namespace's DNS questions through. */
interface Mending {

  /** A NetworkPolicy for that namespace, in YAML; empty where none is known. */
  Optional<String> of(String namespace);
}
