/**
 * The long history of a namespace, read from Prometheus: its HTTP API as a client, and the queries
 * about the metrics that agents export. What Prometheus sends is not trusted: it is bounded in size
 * and time, and nothing else than numbers is taken from it.
 */
@NullMarked
package io.github.dnsonde.prometheus;

import org.jspecify.annotations.NullMarked;
