/**
 * Where a socket is made, in the kernel: the only user of {@code java.lang.foreign}, and the only
 * code that uses the capability {@code CAP_SYS_ADMIN}. Kept small, so that a security review is an
 * afternoon.
 */
@NullMarked
package io.github.dnsonde.netns;

import org.jspecify.annotations.NullMarked;
