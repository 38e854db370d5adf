package io.github.dnsonde.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

  @ParameterizedTest
  @CsvSource({
    "10.96.0.0/12, 10.96.0.0, true",
    "10.96.0.0/12, 10.111.255.255, true",
    "10.96.0.0/12, 10.112.0.0, false",
    "10.96.0.0/12, 10.95.255.255, false",
    "192.0.2.80, 192.0.2.80, true",
    "192.0.2.80, 192.0.2.81, false",
    "192.0.2.80/31, 192.0.2.81, true",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "::/0, 2001:db8::1, true",
    "::/0, 192.0.2.1, false",
    "fd00::/8, fdff::1, true",
    "fd00::/8, fe80::1, false",
    "2001:db8::/33, 2001:db8:7fff::, true",
    "2001:db8::/33, 2001:db8:8000::, false",
    "2001:db8::1, 2001:db8::1, true",
    "2001:db8::1, 2001:db8::2, false",
  })
  void addressLiesInsideOrOutside(String block, String address, boolean inside) {
    assertEquals(
        inside,
        Cidr.parse(block).contains(InetAddress.ofLiteral(address)),
        () -> address + " in " + block);
  }

  @Test
  void addressAloneIsABlockOfOne() {
    assertEquals(32, Cidr.parse("192.0.2.80").prefixLength());
    assertEquals(128, Cidr.parse("2001:db8::80").prefixLength());
  }

  @Test
  void isWrittenInTheFormThatIsRead() {
    assertEquals("10.96.0.0/12", Cidr.parse("10.96.0.0/12").toString());
    assertEquals(Cidr.parse("fd00::/8"), Cidr.parse(Cidr.parse("fd00::/8").toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.96.0.0/33 | prefix length 33 is not within 0 to 32",
        "10.96.0.0/-1 | prefix length -1 is not within 0 to 32",
        "fd00::/129   | prefix length 129 is not within 0 to 128",
        "10.96.0.1/12 | 10.96.0.1/12 has bits set beyond its prefix",
        "10.96.0.10/30| 10.96.0.10/30 has bits set beyond its prefix",
      })
  void theErrorNamesTheMistake(String text, String message) {
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "/8", "10.96.0.0/", "10.96.0.0/x", "10.96.0.0/8/8", "example.com", "::g"})
  void textThatIsNotABlockIsRefused(String text) {
    assertNotNull(
        assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text), text).getMessage(),
        "states the defect");
  }

  @ParameterizedTest
  @CsvSource({
    "10.96.0.10/12, 10.96.0.0/12",
    "10.96.0.10/0, 0.0.0.0/0",
    "10.96.0.10, 10.96.0.10/32",
    "fd00::1/8, fd00::/8"
  })
  void anAddressLiesInABlock(String text, String block) {
    assertEquals(Cidr.parse(block), Cidr.around(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.96.0.0/33", "10.96.0.0/-1", "example.com/8"})
  void textWithoutAnAddressIsInNoBlock(String text) {
    assertNotNull(
        assertThrows(IllegalArgumentException.class, () -> Cidr.around(text), text).getMessage(),
        "states the defect");
  }

  @Test
  void containsDoesNotChangeTheBlock() {
    Cidr block = Cidr.parse("10.96.0.0/12");
    InetAddress address = InetAddress.ofLiteral("10.111.255.255");

    assertTrue(block.contains(address));
    assertFalse(block.contains(InetAddress.ofLiteral("10.112.0.0")));
    assertEquals(InetAddress.ofLiteral("10.96.0.0"), block.base());
    assertEquals(InetAddress.ofLiteral("10.111.255.255"), address);
  }
}
