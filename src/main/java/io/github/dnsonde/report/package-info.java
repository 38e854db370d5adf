/**
 * The vocabulary between an agent and the controller: what an agent reports about its node, and
 * what it gets in reply. Records that check themselves, because a report comes from another
 * machine.
 */
@NullMarked
package io.github.dnsonde.report;

import org.jspecify.annotations.NullMarked;
