/**
 * The command line and the running agent: picocli commands that connect the rooms. The only package
 * that uses every room.
 */
@NullMarked
package io.github.dnsonde;

import org.jspecify.annotations.NullMarked;
