/**
 * The decision which namespaces have a probe pod: from the configuration and the current state to
 * the actions to take. Pure.
 */
@NullMarked
package io.github.dnsonde.probepods;

import org.jspecify.annotations.NullMarked;
