/**
 * Verdicts of policies, held against a real engine's, and the findings that follow from failures.
 */
@NullMarked
package io.github.dnsonde.diagnosis;

import org.jspecify.annotations.NullMarked;
