/**
 * The behaviour of stub resolvers: which queries glibc, musl and Go send for one lookup, in which
 * order, and when they stop. Pure, except for {@link io.github.dnsonde.lookup.LookupRun} and {@link
 * io.github.dnsonde.lookup.TrialRun}, which send queries through an exchange.
 */
@NullMarked
package io.github.dnsonde.lookup;

import org.jspecify.annotations.NullMarked;
