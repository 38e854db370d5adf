/** The chart, as Helm renders it and as an API server takes it. */
@NullMarked
package io.github.dnsonde.manifest;

import org.jspecify.annotations.NullMarked;
