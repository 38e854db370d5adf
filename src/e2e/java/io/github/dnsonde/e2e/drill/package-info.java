/** A drill that causes, with real programs, every alert that fires within minutes. */
@NullMarked
package io.github.dnsonde.e2e.drill;

import org.jspecify.annotations.NullMarked;
