/** Certificate authorities from files: what clients trust instead of the system's authorities. */
@NullMarked
package io.github.dnsonde.trust;

import org.jspecify.annotations.NullMarked;
