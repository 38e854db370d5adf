/** Tests of the explanation of failing probes. */
@NullMarked
package io.github.dnsonde.diagnosis;

import org.jspecify.annotations.NullMarked;
