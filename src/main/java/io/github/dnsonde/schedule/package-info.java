/** When each probe is asked: threads and time. Knows neither DNS nor Kubernetes. */
@NullMarked
package io.github.dnsonde.schedule;

import org.jspecify.annotations.NullMarked;
