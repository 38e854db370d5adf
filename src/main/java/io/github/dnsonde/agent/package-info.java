/**
 * The running agent: its modes (node, self, demo), its health, and the detection of proxies that
 * answer for the servers. Wires the rooms from configuration to metrics.
 */
@NullMarked
package io.github.dnsonde.agent;

import org.jspecify.annotations.NullMarked;
