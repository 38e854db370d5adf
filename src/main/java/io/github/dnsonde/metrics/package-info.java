/**
 * The numbers: counts outcomes into the families of one table, and writes them in the format that
 * the scraper asks for. The only room that knows Micrometer and Prometheus's Java client.
 */
@NullMarked
package io.github.dnsonde.metrics;

import org.jspecify.annotations.NullMarked;
