/**
 * A simulated DNS of a cluster on loopback, with configurable faults: for a first try of the
 * program, and for its tests.
 */
@NullMarked
package io.github.dnsonde.demo;

import org.jspecify.annotations.NullMarked;
