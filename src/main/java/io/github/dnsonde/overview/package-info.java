/**
 * The views of a node's or a cluster's DNS that people read: the overview that {@code status}
 * prints, and the timeline that {@code incident} prints. Pure: records in, records out.
 */
@NullMarked
package io.github.dnsonde.overview;

import org.jspecify.annotations.NullMarked;
