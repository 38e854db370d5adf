/**
 * The explanation of failing probes: joins their outcomes with the verdicts of the policies, and
 * suggests a policy if one would help. Pure: records in, records out.
 */
@NullMarked
package io.github.dnsonde.diagnosis;

import org.jspecify.annotations.NullMarked;
