/** What the cluster looks like: records of the Kubernetes objects that matter to a DNS question. */
@NullMarked
package io.github.dnsonde.cluster;

import org.jspecify.annotations.NullMarked;
