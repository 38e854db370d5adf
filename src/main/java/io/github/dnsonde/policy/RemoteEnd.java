package io.github.dnsonde.policy;

/** The other end of a connection, which policies see differently in each interpretation. */
interface RemoteEnd {

  PeerView in(Interpretation interpretation);
}
