/** Why questions fail: what the wire did, joined with what the policies say. Pure. */
@NullMarked
package io.github.dnsonde.diagnosis;

import org.jspecify.annotations.NullMarked;
