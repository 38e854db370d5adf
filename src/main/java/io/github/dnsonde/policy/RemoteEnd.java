package io.github.dnsonde.policy;

/** The other end of a connection: how it shows depends on how one reads a policy. */
interface RemoteEnd {

  PeerView in(Interpretation reading);
}
