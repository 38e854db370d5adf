/**
 * Why a question goes unanswered: what the policies say of it, and what would mend it. Pure:
 * records in, records out.
 *
 * <p>What the policies say is what Kubernetes documents of NetworkPolicy, and never what one engine
 * makes of it. Where Kubernetes leaves open how a policy is to be read, every reading is tried: if
 * all agree that is the answer, else it is unknown, with the answer of the commonest reading
 * beside.
 */
@NullMarked
package io.github.dnsonde.diagnosis;

import org.jspecify.annotations.NullMarked;
