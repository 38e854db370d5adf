/**
 * The files of a repository that nobody vouches for: found by walking folders, with patterns that
 * take some out. Links never lead out of the folder that was given, and all of it is bounded.
 */
@NullMarked
package io.github.dnsonde.files;

import org.jspecify.annotations.NullMarked;
