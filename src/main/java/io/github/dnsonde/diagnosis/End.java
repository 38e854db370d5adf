package io.github.dnsonde.diagnosis;

/** The other end of a connection: how it shows depends on how one reads a policy. */
interface End {

  Sight in(Reading reading);
}
