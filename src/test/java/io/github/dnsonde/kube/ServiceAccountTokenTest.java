package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.NamespacedName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAccountTokenTest {

  @Test
  void theClaimsOfAProjectedTokenAreRead() {
    String token =
        ControllerApi.claims(new NamespacedName("dns", "dnsonde"), "dnsonde-controller", 17);
    assertEquals(
        Optional.of(
            new ServiceAccountToken(
                List.of("dnsonde-controller"),
                Instant.ofEpochSecond(17),
                "system:serviceaccount:dns:dnsonde")),
        ServiceAccountToken.read(token));
  }

  @Test
  void oneAudienceMayBeAText() {
    assertEquals(
        Optional.of(List.of("a")),
        ServiceAccountToken.read(token("{\"aud\": \"a\", \"exp\": 1, \"sub\": \"s\"}"))
            .map(ServiceAccountToken::audiences));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{}",
        "{\"aud\": [\"a\"], \"exp\": \"1\", \"sub\": \"s\"}",
        "{\"aud\": [\"a\"], \"exp\": 1e999, \"sub\": \"s\"}",
        "{\"aud\": [\"a\"], \"exp\": 99999999999999999999, \"sub\": \"s\"}",
        "{\"aud\": [\"a\"], \"exp\": 1.5, \"sub\": \"s\"}",
        "{\"aud\": [\"a\"], \"exp\": 1, \"sub\": 5}"
      })
  void otherClaimsAreNone(String claims) {
    assertEquals(Optional.empty(), ServiceAccountToken.read(token(claims)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a.b", "aa.bb.cc.dd", "aa.b b.cc", "aa.%%.cc", "aa.a.cc"})
  void otherShapesAreNone(String text) {
    assertEquals(Optional.empty(), ServiceAccountToken.read(text));
  }

  @Test
  void deepAndLongClaimsAreNone() {
    assertEquals(Optional.empty(), ServiceAccountToken.read(token("[".repeat(4_000))));
    assertEquals(Optional.empty(), ServiceAccountToken.read("aa." + "b".repeat(10_000) + ".cc"));
  }

  private static String token(String claims) {
    return "aa."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".cc";
  }
}
