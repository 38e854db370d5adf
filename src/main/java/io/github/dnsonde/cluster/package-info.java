/** The view of the cluster: records of the Kubernetes objects that matter for a DNS query. */
@NullMarked
package io.github.dnsonde.cluster;

import org.jspecify.annotations.NullMarked;
