/**
 * The vocabulary of the product: vantages, servers, questions, expected answers, replies and their
 * verdicts. Pure: depends on {@code java.base} alone.
 */
@NullMarked
package io.github.dnsonde.probe;

import org.jspecify.annotations.NullMarked;
