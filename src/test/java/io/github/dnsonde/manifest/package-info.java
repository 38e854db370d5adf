/** Tests of policies and other objects as people and servers write them. */
@NullMarked
package io.github.dnsonde.manifest;

import org.jspecify.annotations.NullMarked;
