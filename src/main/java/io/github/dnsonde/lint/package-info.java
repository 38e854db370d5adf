/**
 * What is wrong with NetworkPolicies before they are applied: manifests in, findings out, with no
 * cluster at hand. Policies add up, so that all of a namespace are judged together, by the same
 * verdicts that explain failures in a live cluster.
 */
@NullMarked
package io.github.dnsonde.lint;

import org.jspecify.annotations.NullMarked;
