/** A comparison of our verdicts on policies with the behaviour of an independent policy engine. */
@NullMarked
package io.github.dnsonde.e2e.wire;

import org.jspecify.annotations.NullMarked;
