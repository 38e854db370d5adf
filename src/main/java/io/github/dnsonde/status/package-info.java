/**
 * The memory: what became of each probe last, and the latest failures, which no success pushes out.
 */
@NullMarked
package io.github.dnsonde.status;

import org.jspecify.annotations.NullMarked;
