package io.github.dnsonde.bench;

/**
 * The shape of every node of a simulated cluster.
 *
 * @param pods the number of pods on each node
 * @param namespaces the number of namespaces of a node's pods
 */
record Shape(int pods, int namespaces) {}
