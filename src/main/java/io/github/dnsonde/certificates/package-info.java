/**
 * The certificates of a TLS server with an authority of its own: made, renewed and overlapped.
 * Pure: functions of the stored certificates and the time. The only user of Bouncy Castle, which
 * builds X.509 certificates; keys and signatures are the JDK's.
 */
@NullMarked
package io.github.dnsonde.certificates;

import org.jspecify.annotations.NullMarked;
