/**
 * The division of work among nodes: which node probes which class with the full period, and how
 * much of the cluster's budget each node gets. Pure: functions of records, with the time as a
 * number.
 */
@NullMarked
package io.github.dnsonde.divide;

import org.jspecify.annotations.NullMarked;
