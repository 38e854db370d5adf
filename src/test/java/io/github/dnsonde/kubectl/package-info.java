/** The kubectl plugin, a shell file, run against a stand-in for kubectl. */
package io.github.dnsonde.kubectl;
