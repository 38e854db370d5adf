/** What to ask: from the configuration, and what is known of the cluster, to a plan. Pure. */
@NullMarked
package io.github.dnsonde.plan;

import org.jspecify.annotations.NullMarked;
