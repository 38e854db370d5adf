/** The JSON documents of the API and the command line. */
@NullMarked
package io.github.dnsonde.json;

import org.jspecify.annotations.NullMarked;
