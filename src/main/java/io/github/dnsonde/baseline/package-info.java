/**
 * The baseline of a namespace: the policy that allows DNS in one cluster, as its servers are now,
 * and the namespaces that isolate egress and lack it. It is pure: a snapshot in, text out.
 */
@NullMarked
package io.github.dnsonde.baseline;

import org.jspecify.annotations.NullMarked;
