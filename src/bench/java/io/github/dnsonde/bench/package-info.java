/**
 * What asking costs: our exchange, dnsjava's own client and a bare loop, each in a process of its
 * own, against one server; and what the agents of a large cluster would ask, by simulation.
 * Compiled Compiled and run only with the Maven profile {@code bench}.
 */
@NullMarked
package io.github.dnsonde.bench;

import org.jspecify.annotations.NullMarked;
