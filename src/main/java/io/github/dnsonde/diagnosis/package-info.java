/**
 * The explanation of failing probes: joins their outcomes with the verdicts of the policies, and
 * proposes a policy where one would help. Pure: records in, records out.
 */
@NullMarked
package io.github.dnsonde.diagnosis;

import org.jspecify.annotations.NullMarked;
