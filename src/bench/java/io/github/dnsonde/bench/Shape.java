package io.github.dnsonde.bench;

/**
 * What every node of a simulated cluster looks like.
 *
 * @param pods on each node
 * @param namespaces that a node's pods belong to
 */
record Shape(int pods, int namespaces) {}
