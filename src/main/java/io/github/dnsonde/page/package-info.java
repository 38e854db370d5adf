/**
 * The files of the page that people open in a browser: HTML, style and JavaScript, and the
 * libraries for views and plots from their WebJars. Read from the class path when they are
 * requested; nothing is kept.
 */
@NullMarked
package io.github.dnsonde.page;

import org.jspecify.annotations.NullMarked;
