package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.MessageOptions;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;

/**
 * One query of a lookup.
 *
 * @param number counts the queries of the lookup, from 1
 * @param name absolute
 * @param timeout the time for which the resolver waits for its answer
 */
record Query(
    int number,
    Server server,
    String name,
    RecordType type,
    Transport transport,
    MessageOptions options,
    Duration timeout) {}
