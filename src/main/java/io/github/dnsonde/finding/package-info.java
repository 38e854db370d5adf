/**
 * The vocabulary of explanations: findings, and the verdicts of policies as they are reported. The
 * rooms that show them to people and machines import these records and not what computes them.
 */
@NullMarked
package io.github.dnsonde.finding;

import org.jspecify.annotations.NullMarked;
