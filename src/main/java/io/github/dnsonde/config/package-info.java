/**
 * The configuration: one file for each section of it, which declares the section's keys, checks
 * them against each other and makes the section's record; and the surroundings that are read from
 * files as well. The machinery that reads YAML is in {@code config.yaml}.
 */
@NullMarked
package io.github.dnsonde.config;

import org.jspecify.annotations.NullMarked;
