/**
 * The metrics: counts outcomes into the families of one table, and writes them in the format that
 * the scraper requests. The only user of Micrometer and Prometheus's Java client.
 */
@NullMarked
package io.github.dnsonde.metrics;

import org.jspecify.annotations.NullMarked;
