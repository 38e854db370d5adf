/**
 * The NetworkPolicy engine: evaluates what policies decide of a pod's traffic, and writes the
 * smallest policy that would allow it. Pure: records in, records out.
 *
 * <p>It follows the Kubernetes documentation and never a single engine. Where Kubernetes leaves the
 * interpretation open, every interpretation is tried: if all agree, that is the verdict; otherwise
 * the verdict is unknown, with the answer of the most common interpretation as the likely one.
 */
@NullMarked
package io.github.dnsonde.policy;

import org.jspecify.annotations.NullMarked;
