/**
 * The log for operators. Sets up java.util.logging, which all libraries here use, and writes each
 * event as one line; reports failed probes in the words of Go's resolver.
 */
@NullMarked
package io.github.dnsonde.log;

import org.jspecify.annotations.NullMarked;
