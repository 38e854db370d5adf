/**
 * The decision about a change that an API server asks about before it stores it: (request, cluster,
 * settings) → decision. It is pure: records in, records out, and no clock of its own. {@link
 * io.github.dnsonde.change} judges the change; this room decides what follows from that, and words
 * it for people. {@link io.github.dnsonde.admission.AdmissionJudge} is the entrance.
 */
@NullMarked
package io.github.dnsonde.admission;

import org.jspecify.annotations.NullMarked;
