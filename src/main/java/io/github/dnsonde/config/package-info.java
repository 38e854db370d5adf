/**
 * Text to records: reads the configuration file and the surroundings, and tells every mistake at
 * once, each with its line, its key path, what was found and what was expected. The only user of
 * SnakeYAML.
 */
@NullMarked
package io.github.dnsonde.config;

import org.jspecify.annotations.NullMarked;
