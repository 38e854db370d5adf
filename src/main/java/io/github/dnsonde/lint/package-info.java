/**
 * The checks of NetworkPolicies before they are applied: manifests in, findings out, without a
 * cluster. Policies add up, so all policies of a namespace are checked together, with the same
 * verdicts that explain failures in a live cluster.
 */
@NullMarked
package io.github.dnsonde.lint;

import org.jspecify.annotations.NullMarked;
