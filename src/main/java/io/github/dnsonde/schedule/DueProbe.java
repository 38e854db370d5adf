package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Probe;

/**
 * A probe whose turn it is.
 *
 * @param number of its query: greater for one that is sent later
 * @param since when its turn came, in the ticker's nanoseconds: what passes from then until it is
 *     asked is the scheduler's own delay
 */
record DueProbe(Probe probe, long number, long since) {}
