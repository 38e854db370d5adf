/** Every alert that fires within minutes, fired once for real. */
@NullMarked
package io.github.dnsonde.e2e.drill;

import org.jspecify.annotations.NullMarked;
