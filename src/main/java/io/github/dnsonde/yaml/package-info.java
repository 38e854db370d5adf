/**
 * A parser of YAML and JSON that behaves like kubectl: from octets to nodes with line numbers. The
 * parser is SnakeYAML. Input that kubectl accepts and SnakeYAML refuses is translated first. Input
 * that could exhaust memory is refused.
 */
@NullMarked
package io.github.dnsonde.yaml;

import org.jspecify.annotations.NullMarked;
