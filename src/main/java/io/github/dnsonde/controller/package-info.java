/**
 * The controller of the probe pods: the loop that compares the cluster with what {@link
 * io.github.dnsonde.probepods} wants and applies the difference.
 */
@NullMarked
package io.github.dnsonde.controller;

import org.jspecify.annotations.NullMarked;
