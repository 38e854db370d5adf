/**
 * The files of an untrusted repository: a walk of its folders, and patterns that exclude some. The
 * walk never follows a link out of the given folder. Its depth and the number of files are bounded.
 */
@NullMarked
package io.github.dnsonde.files;

import org.jspecify.annotations.NullMarked;
