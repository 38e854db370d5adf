/** Alerts: the incidents in which they fire, and how soon. */
@NullMarked
package io.github.dnsonde.alerts;

import org.jspecify.annotations.NullMarked;
