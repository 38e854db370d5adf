/** The shape of an outcome wherever it is JSON: in the API and on the command line. */
@NullMarked
package io.github.dnsonde.json;

import org.jspecify.annotations.NullMarked;
