package io.github.dnsonde.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {

  @ParameterizedTest
  @CsvSource({
    "10.96.0.10, 10.96.0.10",
    "fd00:0:0:0:0:0:0:a, fd00::a",
    "0:0:0:0:0:0:0:1, ::1",
    "0:0:0:0:0:0:0:0, ::",
    "2001:db8:0:0:0:0:0:0, 2001:db8::",
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1"
  })
  void writesTheShortForm(String literal, String expected) {
    assertEquals(expected, Addresses.text(InetAddress.ofLiteral(literal)));
  }

  @Test
  void bracketsGoAroundIpv6BeforeAPort() {
    assertEquals("[fd00::a]:53", hostPort("fd00::a"));
    assertEquals("10.96.0.10:53", hostPort("10.96.0.10"));
  }

  private static String hostPort(String literal) {
    return Addresses.hostPort(new InetSocketAddress(InetAddress.ofLiteral(literal), 53));
  }
}
