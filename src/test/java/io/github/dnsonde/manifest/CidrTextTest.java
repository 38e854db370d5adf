package io.github.dnsonde.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Cidr;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.96.0.0/16            | 10.96.0.0/16 |",
        "0.0.0.0/0               | 0.0.0.0/0 |",
        "169.254.20.10/32        | 169.254.20.10/32 |",
        "::/0                    | ::/0 |",
        "fd00::/8                | fd00::/8 |",
        "FD00:0DB8:0:0:0:0:0:0/32| fd00:db8::/32 |",
        "1:2:3:4:5:6:7::/112     | 1:2:3:4:5:6:7:0/112 |",
        "::1.2.3.4/128           | ::102:304/128 |",
        "::ffff:0:0/95           | ::fffe:0:0/95 | has an IPv4-mapped IPv6 address",
        "010.0.0.0/8             | 10.0.0.0/8    | has leading zeros",
        "10.0.0.000000000/08     | 10.0.0.0/8    | has leading zeros",
        "10.0.0.0/00             | 0.0.0.0/0     | has leading zeros",
        "fd00:00db8::/32         | fd00:db8::/32 | has leading zeros",
        "10.1.2.3/8              | 10.0.0.0/8    | has bits set beyond its prefix length",
        "fd00::1/8               | fd00::/8      | has bits set beyond its prefix length",
        "::ffff:10.96.0.10/112   | 10.96.0.0/16  | has an IPv4-mapped IPv6 address",
        "::ffff:a60:a/128        | 10.96.0.10/32 | has an IPv4-mapped IPv6 address",
        "::ffff:0:0/96           | 0.0.0.0/0     | has an IPv4-mapped IPv6 address",
        "::ffff:10.0.0.0/64      | ::/64         | has an IPv4-mapped IPv6 address",
        "::ffff:010.0.0.0/104    | 10.0.0.0/8    | has leading zeros"
      })
  void isReadAsApiServersDo(String text, String block, String oddity) {
    Optional<CidrText> read = CidrText.read(text);
    assertEquals(Optional.of(block), read.map(CidrText::block).map(Cidr::toString));
    assertEquals(Optional.ofNullable(oddity), read.flatMap(CidrText::oddity));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "10.96.0/16",
        "8.8.8",
        "8.8.8.8",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/+8",
        "10.0.0.0/-1",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.0/4294967304",
        "10.0.0.256/8",
        "10.0.0.0.0/8",
        "10..0.0/8",
        "10.0.0.0/8/8",
        " 10.0.0.0/8",
        "10.0.0.0/8 ",
        "10.0.0.0/ 8",
        "0x0a.0.0.0/8",
        "167772160/8",
        "localhost/8",
        "fe80::%eth0/64",
        "fe80::1%1/128",
        "[::]/0",
        ":/0",
        ":::/0",
        "1::2::3/64",
        "1:2:3:4:5:6:7/64",
        "1:2:3:4:5:6:7:8::/64",
        "1:2:3:4:5:6:7:8:9/64",
        "::1:2:3:4:5:6:7:8/64",
        ":1:2:3:4:5:6:7/64",
        "1:2:3:4:5:6:7:/64",
        "10000::/16",
        "g::/16",
        "::1.2.3/128",
        "1.2.3.4::/16",
        "::1.2.3.4:5/128",
        "\u0661\u0660.0.0.0/8",
        "10.0.0.0/\u0668"
      })
  void invalidTextIsNoCidr(String text) {
    assertEquals(Optional.empty(), CidrText.read(text));
  }

  @Test
  void aPartIsSmallerInItsAddressesAndInItsText() {
    CidrText outer = CidrText.read("10.0.0.0/8").orElseThrow();
    CidrText mapped = CidrText.read("::ffff:10.0.0.0/104").orElseThrow();
    CidrText inner = CidrText.read("10.1.0.0/16").orElseThrow();
    assertEquals(true, outer.hasPart(inner));
    assertEquals(false, outer.hasPart(outer));
    assertEquals(false, outer.hasPart(mapped), "the same addresses");
    assertEquals(false, mapped.hasPart(inner), "API servers compare 104 with 16");
    assertEquals(false, inner.hasPart(outer));
  }
}
