/**
 * Benchmarks. They compare the cost of a query with our exchange, dnsjava's own client and a bare
 * loop, each in a separate process, with one server. They also measure the agent and lint, and
 * simulate the load of the agents of a large cluster. Compiled and run only with the Maven profile
 * {@code bench}.
 */
@NullMarked
package io.github.dnsonde.bench;

import org.jspecify.annotations.NullMarked;
