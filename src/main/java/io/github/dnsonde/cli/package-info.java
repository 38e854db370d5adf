/**
 * The commands, with their options and tables. Owns picocli, and wires the other rooms together for
 * what runs once: {@code check}, {@code lint}, {@code explain}, {@code vantages}, {@code demo}.
 */
@NullMarked
package io.github.dnsonde.cli;

import org.jspecify.annotations.NullMarked;
