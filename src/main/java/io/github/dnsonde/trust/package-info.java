/**
 * The trust of HTTP clients in servers: certificate authorities from files instead of the system's,
 * and the times that busy servers ask for, within limits.
 */
@NullMarked
package io.github.dnsonde.trust;

import org.jspecify.annotations.NullMarked;
