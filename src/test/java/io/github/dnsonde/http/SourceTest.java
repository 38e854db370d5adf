package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTest {

  @ParameterizedTest
  @CsvSource({
    "fd00:1:2:3::1, fd00:1:2:3:ffff:ffff:ffff:ffff, true",
    "fd00:1:2:3::1, fd00:1:2:4::1, false",
    "10.0.0.1, 10.0.0.2, false",
    "10.0.0.1, ::ffff:10.0.0.1, true",
  })
  void addressesOfOneInterfaceShareANetwork(String one, String other, boolean shared) {
    assertEquals(shared, source(one).network().equals(source(other).network()));
  }

  @Test
  void eachAddressIsItsOwnSource() {
    assertNotEquals(source("fd00::1"), source("fd00::2"));
    assertEquals(source("fd00::1"), source("fd00:0::1"));
  }

  private static ClientNetwork source(String literal) {
    return new ClientNetwork(InetAddress.ofLiteral(literal));
  }
}
