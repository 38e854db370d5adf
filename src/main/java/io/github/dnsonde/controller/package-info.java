/**
 * The processes that run once in a cluster: the controller, which receives the agents' reports, and
 * the controller of the probe pods, a process of its own, which compares the cluster with what
 * {@link io.github.dnsonde.probepods} wants and applies the difference.
 */
@NullMarked
package io.github.dnsonde.controller;

import org.jspecify.annotations.NullMarked;
