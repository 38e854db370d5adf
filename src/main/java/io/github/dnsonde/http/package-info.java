/**
 * The HTTP interface: metrics and health for the cluster on one listener, health alone on an
 * optional second one, outcomes on the last; reports to a controller on one of their own. It
 * accepts connections itself, so that no client can exclude others, and leaves HTTP to Helidon,
 * which only this room uses. TLS and the token of the metrics also belong here.
 */
@NullMarked
package io.github.dnsonde.http;

import org.jspecify.annotations.NullMarked;
