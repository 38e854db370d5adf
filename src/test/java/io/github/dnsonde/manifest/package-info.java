/** Manifests as kubectl and an API server read them, and NetworkPolicies that they would refuse. */
@NullMarked
package io.github.dnsonde.manifest;

import org.jspecify.annotations.NullMarked;
