@NullMarked
package io.github.dnsonde.lookup;

import org.jspecify.annotations.NullMarked;
