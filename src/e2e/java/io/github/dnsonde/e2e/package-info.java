/** The incident that dnsonde exists for, played on a real cluster. */
@NullMarked
package io.github.dnsonde.e2e;

import org.jspecify.annotations.NullMarked;
