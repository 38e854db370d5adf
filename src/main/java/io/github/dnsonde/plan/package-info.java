/** The plan of what to probe, from the configuration and the knowledge about the cluster. Pure. */
@NullMarked
package io.github.dnsonde.plan;

import org.jspecify.annotations.NullMarked;
