/** A real Prometheus and a real Alertmanager on loopback, and who is told by them. */
@NullMarked
package io.github.dnsonde.e2e.monitoring;

import org.jspecify.annotations.NullMarked;
