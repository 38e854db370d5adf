/**
 * Which namespaces have a pod only to be asked from: (configuration, what there is) → what to do
 * about it. Pure.
 */
@NullMarked
package io.github.dnsonde.probepods;

import org.jspecify.annotations.NullMarked;
