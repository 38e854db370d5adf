/** The schedule of the probes: threads and time. Independent of DNS and Kubernetes. */
@NullMarked
package io.github.dnsonde.schedule;

import org.jspecify.annotations.NullMarked;
