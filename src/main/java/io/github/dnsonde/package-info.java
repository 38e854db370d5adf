/** The program's entry point, and nothing else. */
@NullMarked
package io.github.dnsonde;

import org.jspecify.annotations.NullMarked;
