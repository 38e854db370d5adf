/**
 * Kubernetes objects as people and servers write them, and the records of {@code cluster} that they
 * become: policies are read the same way whether an API server sends them or a file holds them.
 */
@NullMarked
package io.github.dnsonde.manifest;

import org.jspecify.annotations.NullMarked;
