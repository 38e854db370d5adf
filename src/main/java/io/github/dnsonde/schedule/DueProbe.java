package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Probe;

/**
 * A probe that is due.
 *
 * @param number of its query: greater for one that is sent later
 * @param since the time when it became due, in the ticker's nanoseconds: the time from then until
 *     it is queried is the scheduler's own delay
 */
record DueProbe(Probe probe, long number, long since) {}
