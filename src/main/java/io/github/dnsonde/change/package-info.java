/**
 * The judgement of a change before it is applied: the cluster as it is, and as it would be. It is
 * pure: records in, records out. {@code lint} calls it for manifests; anything else that knows a
 * cluster and a change of it can also call it.
 *
 * <p>The verdicts on paths are those of {@code policy}. This room applies the change, decides which
 * pods it may affect, and compares. {@link io.github.dnsonde.change.ChangeJudge} is the entrance.
 */
@NullMarked
package io.github.dnsonde.change;

import org.jspecify.annotations.NullMarked;
