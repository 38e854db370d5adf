/**
 * The words of the product: where a question is asked from, who is asked, what a right answer is,
 * what came back and what that means. Pure: needs nothing but {@code java.base}.
 */
@NullMarked
package io.github.dnsonde.probe;

import org.jspecify.annotations.NullMarked;
