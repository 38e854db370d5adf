/**
 * The NetworkPolicy engine. It evaluates the policies on a pod's traffic, and writes the smallest
 * policy that would allow it. It is pure: records in, records out.
 *
 * <p>It follows the Kubernetes documentation, not a single engine. Where Kubernetes leaves the
 * interpretation open, it tries all. If all agree, that is the verdict. Otherwise the verdict is
 * unknown, and the result of the most common interpretation is the likely one.
 */
@NullMarked
package io.github.dnsonde.policy;

import org.jspecify.annotations.NullMarked;
