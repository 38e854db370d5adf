/**
 * How a question is asked: sockets, deadlines and messages. The only user of dnsjava, which serves
 * as codec alone.
 */
@NullMarked
package io.github.dnsonde.exchange;

import org.jspecify.annotations.NullMarked;
