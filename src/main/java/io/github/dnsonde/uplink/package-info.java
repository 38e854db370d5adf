/**
 * The agent's connection to the controller: it sends one report at a time over HTTPS, and never
 * keeps one. It finds the controller by an address that the API server gives, never by DNS: reports
 * must survive the outage that they are about.
 */
@NullMarked
package io.github.dnsonde.uplink;

import org.jspecify.annotations.NullMarked;
