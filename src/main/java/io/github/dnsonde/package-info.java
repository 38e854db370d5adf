/**
 * The command line: picocli commands that wire the rooms together. The only package that sees every
 * room.
 */
@NullMarked
package io.github.dnsonde;

import org.jspecify.annotations.NullMarked;
