/**
 * The face: metrics and health for the cluster on one listener, health alone on another if wanted,
 * outcomes for whoever may reach the last. It accepts connections itself, so that no client can
 * keep others out, and leaves HTTP to Helidon, which only this room knows. TLS and the token of the
 * metrics are here, too.
 */
@NullMarked
package io.github.dnsonde.http;

import org.jspecify.annotations.NullMarked;
