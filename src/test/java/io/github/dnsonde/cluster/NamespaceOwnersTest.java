package io.github.dnsonde.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamespaceOwnersTest {

  private static NamespaceOwners of(String value) {
    return NamespaceOwners.of(
        Map.of("shop", new Labels(Map.of("team", value, "other", "x")), "pay", Labels.NONE),
        Optional.of("team"));
  }

  @Test
  void theOwnerIsTheValueOfOneLabel() {
    assertEquals(Map.of("shop", "team-a.b_C"), of("team-a.b_C").byNamespace());
    assertEquals(List.of("team-a"), of("team-a").of(List.of("pay", "shop", "shop")));
    assertEquals(NamespaceOwners.NONE, of("team-a").among(List.of("pay")));
  }

  @Test
  void withoutTheKeyNobodyIsAnOwner() {
    assertEquals(
        NamespaceOwners.NONE,
        NamespaceOwners.of(Map.of("shop", new Labels(Map.of("team", "team-a"))), Optional.empty()));
  }

  /** An API server refuses such values; what it is not asked about is checked again. */
  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "-a", "a\n", "a\"}", "\u202ea"})
  void onlyValidValuesCount(String value) {
    assertEquals(NamespaceOwners.NONE, of(value));
  }

  @Test
  void aValueIsBounded() {
    assertEquals(Map.of("shop", "x".repeat(63)), of("x".repeat(63)).byNamespace());
    assertEquals(NamespaceOwners.NONE, of("x".repeat(64)));
  }
}
