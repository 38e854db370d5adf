package io.github.dnsonde.kube;

/**
 * The events since the start, for one resource.
 *
 * @param errors lists and watches that failed and were tried again
 * @param relists lists that a server asked for, because it had forgotten what a watch or a page was
 *     to go on from
 * @param unreadable objects that cannot be read, each time that one came
 */
public record Counts(long errors, long relists, long unreadable) {}
