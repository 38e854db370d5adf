/** The tests of the chart: as Helm renders it, and as an API server accepts it. */
@NullMarked
package io.github.dnsonde.chart;

import org.jspecify.annotations.NullMarked;
