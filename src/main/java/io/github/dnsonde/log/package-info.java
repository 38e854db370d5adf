/**
 * What operators read: sets up java.util.logging, through which every library here logs, and writes
 * each event as one line; tells failed probes in the words of Go's resolver.
 */
@NullMarked
package io.github.dnsonde.log;

import org.jspecify.annotations.NullMarked;
