package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.github.dnsonde.cluster.CiliumRules.DnsName;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks the names that Cilium's DNS proxy lets through (cilium,
 * Documentation/security/policy/layer3.rst "DNS based"; pkg/fqdn/matchpattern of v1.20.2).
 */
class CiliumNamesTest {

  @ParameterizedTest
  @CsvSource({
    "api.github.com, api.github.com, true",
    "api.github.com, api.github.com., true",
    "api.github.com., API.GitHub.com, true",
    "api.github.com, github.com, false",
    "github.com, api.github.com, false",
  })
  void aNameIsMatchedWhole(String written, String query, boolean matches) {
    assertEquals(matches, new DnsName(written, false).matches(query));
  }

  @ParameterizedTest
  @CsvSource({
    "*, api.github.com, true",
    "*., api.github.com, true",
    "**, github.com, true",
    "*, ., true",
    "*.github.com, api.github.com, true",
    "*.github.com, API.GITHUB.COM., true",
    "*.github.com, github.com, false",
    "*.github.com, v1.api.github.com, false",
    "**.github.com, v1.api.github.com, true",
    "**.github.com, api.github.com, true",
    "**.github.com, github.com, false",
    "***.github.com, a.b.c.github.com, true",
    "*.*.github.com, v1.api.github.com, true",
    "*.*.github.com, api.github.com, false",
    "api.**.com, api.github.com, true",
    "api.**.com, api.x.github.com, false",
    "*github.com, github.com, true",
    "*github.com, mygithub.com, true",
    "*github.com, my.github.com, false",
    "api-*-v*.github.com, api-eu-v2.github.com, true",
    "api-*-v*.github.com, api-v2.github.com, false",
    "a*a.com, a.com, false",
    "a*a.com, aa.com, true",
    "a*b*b.com, ab.com, false",
    "api.github.com, api.github.com, true",
    "api.github.com, web.github.com, false",
  })
  void anAsteriskStandsForCharactersOfOneLabel(String pattern, String query, boolean matches) {
    assertEquals(matches, new DnsName(pattern, true).matches(query));
  }

  /** A pattern is written by a tenant, and must not cost time. */
  @Test
  void aPatternWithManyAsterisksIsFast() {
    String pattern = "*a".repeat(120) + "b.com";
    assertTimeout(
        Duration.ofSeconds(1),
        () -> assertFalse(new DnsName(pattern, true).matches("a".repeat(250) + ".com")));
  }
}
