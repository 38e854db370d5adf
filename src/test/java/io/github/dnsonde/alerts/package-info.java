/** Alerts: what they fire on, what they do not, and how soon. */
@NullMarked
package io.github.dnsonde.alerts;

import org.jspecify.annotations.NullMarked;
