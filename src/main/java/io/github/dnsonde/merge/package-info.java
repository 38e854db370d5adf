/**
 * The state of a cluster from the reports of its nodes: judges each node with the same code as its
 * agent, merges findings with the same cause, and plans Events about them. Pure: records in,
 * records out.
 */
@NullMarked
package io.github.dnsonde.merge;

import org.jspecify.annotations.NullMarked;
