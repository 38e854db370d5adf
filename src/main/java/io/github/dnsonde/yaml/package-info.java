/**
 * YAML and JSON the way kubectl reads them: from octets to nodes that know their lines. The parser
 * is SnakeYAML; what it refuses and kubectl takes is translated, and what could exhaust memory is
 * refused.
 */
@NullMarked
package io.github.dnsonde.yaml;

import org.jspecify.annotations.NullMarked;
