package io.github.dnsonde.cluster;

/**
 * The rules of a policy of another kind than NetworkPolicy, as far as they can be evaluated. Each
 * family of kinds has its own.
 */
public sealed interface PolicyRules permits AdminRules {}
