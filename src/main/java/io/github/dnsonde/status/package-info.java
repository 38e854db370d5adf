/**
 * The memory of outcomes: the latest of each probe, and the latest failures, which no success
 * displaces.
 */
@NullMarked
package io.github.dnsonde.status;

import org.jspecify.annotations.NullMarked;
