/**
 * Network namespaces: finds those of pods and opens sockets inside them. The only user of {@code
 * java.lang.foreign}, and the only code that uses the capability {@code CAP_SYS_ADMIN}. Kept small,
 * so that a security review takes an afternoon.
 */
@NullMarked
package io.github.dnsonde.netns;

import org.jspecify.annotations.NullMarked;
