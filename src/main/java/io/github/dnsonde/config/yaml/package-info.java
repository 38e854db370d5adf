/**
 * The YAML machinery of the configuration: how keys and sections are declared, and the reader that
 * turns a file into their values and reports every mistake at once, each with its line, key path,
 * what was found and what was expected. It knows no key of the product. The only user of SnakeYAML
 * within {@code config}.
 */
@NullMarked
package io.github.dnsonde.config.yaml;

import org.jspecify.annotations.NullMarked;
