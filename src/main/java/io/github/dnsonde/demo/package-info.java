/**
 * A stand-in for a cluster's DNS on loopback, with faults to order: for the first five minutes with
 * the program, and for its tests.
 */
@NullMarked
package io.github.dnsonde.demo;

import org.jspecify.annotations.NullMarked;
