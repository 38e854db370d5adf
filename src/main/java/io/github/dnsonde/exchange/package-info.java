/**
 * The exchange of DNS messages: sockets, deadlines, queries and replies. The only user of dnsjava,
 * and only of its codec.
 */
@NullMarked
package io.github.dnsonde.exchange;

import org.jspecify.annotations.NullMarked;
