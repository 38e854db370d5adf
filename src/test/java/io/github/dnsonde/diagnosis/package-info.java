@NullMarked
package io.github.dnsonde.diagnosis;

import org.jspecify.annotations.NullMarked;
