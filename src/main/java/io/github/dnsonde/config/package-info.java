/**
 * The configuration. It has one class for each section, which declares the section's keys, checks
 * them against each other and creates the section's record. It also has the settings that are read
 * from other files, such as {@code resolv.conf}. The YAML reader is in {@code config.yaml}.
 */
@NullMarked
package io.github.dnsonde.config;

import org.jspecify.annotations.NullMarked;
