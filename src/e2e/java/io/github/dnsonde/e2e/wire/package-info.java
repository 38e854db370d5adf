/**
 * What the policies are said to do, against what an engine that knows nothing of us makes of them.
 */
@NullMarked
package io.github.dnsonde.e2e.wire;

import org.jspecify.annotations.NullMarked;
