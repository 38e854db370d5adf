/**
 * The YAML reader of the configuration, and the types to declare keys and sections with. It reads
 * the values of a file and reports all mistakes at once, each with its line, its key path, the
 * found and the expected content. It knows no key of the product. It is the only user of SnakeYAML
 * within {@code config}.
 */
@NullMarked
package io.github.dnsonde.config.yaml;

import org.jspecify.annotations.NullMarked;
