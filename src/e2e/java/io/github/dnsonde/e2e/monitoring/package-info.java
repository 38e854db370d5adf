/** A real Prometheus and a real Alertmanager on loopback, and a receiver of their notifications. */
@NullMarked
package io.github.dnsonde.e2e.monitoring;

import org.jspecify.annotations.NullMarked;
