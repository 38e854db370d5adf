/** The boards: whether they follow the rules, and pictures of them without a Grafana. */
@NullMarked
package io.github.dnsonde.dashboards;

import org.jspecify.annotations.NullMarked;
