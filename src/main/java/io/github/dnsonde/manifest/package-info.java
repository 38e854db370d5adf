/**
 * Kubernetes objects as people and servers write them, and their translation into the records of
 * {@code cluster}: policies are read in the same way from an API server and from a file.
 */
@NullMarked
package io.github.dnsonde.manifest;

import org.jspecify.annotations.NullMarked;
