/**
 * The face: metrics and health for the cluster on one listener, outcomes for whoever may reach the
 * other. The only room that knows Helidon.
 */
@NullMarked
package io.github.dnsonde.http;

import org.jspecify.annotations.NullMarked;
