package io.github.dnsonde.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolvConfTest {

  @TempDir Path folder;

  @Test
  void readsAFileOfTheKubelet() throws IOException {
    assertNameservers(
        """
        search shop.svc.cluster.local svc.cluster.local cluster.local
        nameserver 10.96.0.10
        options ndots:5
        """,
        "10.96.0.10");
  }

  @Test
  void keepsTheOrderAndTakesBothFamilies() throws IOException {
    assertNameservers(
        "nameserver fd00::a\nnameserver\t 10.96.0.10  # first\n", "fd00::a", "10.96.0.10");
  }

  @Test
  void ignoresLinesWithoutANameserver() throws IOException {
    assertNameservers(
        """
        # nameserver 192.0.2.1
        ; nameserver 192.0.2.2
         nameserver 192.0.2.3
        nameserver
        nameserver kube-dns
        nameservers 192.0.2.4
        options nameserver 192.0.2.5
        nameserver 192.0.2.6\
        """,
        "192.0.2.6");
  }

  @Test
  void usesAtMostThree() throws IOException {
    assertNameservers(
        "nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n",
        "192.0.2.1",
        "192.0.2.2",
        "192.0.2.3");
  }

  @Test
  void anEmptyFileHasNone() throws IOException {
    assertNameservers("");
  }

  @Test
  void aCommentInAnyEncodingIsHarmless() throws IOException {
    Path file = folder.resolve("resolv.conf");
    Files.write(file, "# caf\u00e9\nnameserver 192.0.2.1\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(List.of(InetAddress.ofLiteral("192.0.2.1")), ResolvConf.read(file).nameservers());
  }

  @Test
  void aMissingFileIsAnError() {
    assertThrows(NoSuchFileException.class, () -> ResolvConf.read(folder.resolve("none")));
  }

  @Test
  void theSettingsThatChangeALookupAreRead() throws IOException {
    ResolvConf read =
        read(
            """
            domain example.com
            search shop.svc.cluster.local  svc.cluster.local\tcluster.local
            nameserver 10.96.0.10
            options ndots:5 timeout:2
            options attempts:3 use-vc rotate ndots:5
            sortlist 130.155.160.0/255.255.240.0
            """);
    assertEquals(
        List.of("shop.svc.cluster.local", "svc.cluster.local", "cluster.local"),
        read.settings().search());
    assertEquals(
        List.of("ndots:5", "timeout:2", "attempts:3", "use-vc", "rotate"),
        read.settings().options());
    assertTrue(read.settings().ofClusterFirst(), "as the kubelet writes it");
    assertEquals(
        "10.96.0.10; search shop.svc.cluster.local svc.cluster.local cluster.local; options"
            + " ndots:5 timeout:2 attempts:3 use-vc rotate",
        read.settings().words());
  }

  @Test
  void theLastSearchListCounts() throws IOException {
    ResolvConf read = read("search a.example b.example\ndomain c.example d.example\n");
    assertEquals(List.of("c.example"), read.settings().search());
    assertFalse(read.settings().ofClusterFirst(), "not a pod's");
  }

  @ParameterizedTest
  @CsvSource({
    "fe80::1%eth0, such an address is valid on one network link only",
    "10.96.0.10%eth0, such an address is valid on one network link only",
    "fe80::1, such an address is valid on one network link only",
    "kube-dns, it is not an IP address",
    "10.96, it is not an IP address",
    "%eth0, it is not an IP address",
    "10.96.0.10:53, it is not an IP address"
  })
  void aNameserverThatCannotBeQueriedIsReported(String nameserver, String why) throws IOException {
    ResolvConf read = read("nameserver 192.0.2.1\nnameserver " + nameserver + "\n");
    assertEquals(List.of(InetAddress.ofLiteral("192.0.2.1")), read.nameservers());
    assertEquals(
        List.of("resolv.conf line 2: nameserver " + nameserver + " is not queried: " + why),
        read.remarks());
  }

  @Test
  void anIndentedLineIsReported() throws IOException {
    ResolvConf read = read("nameserver 192.0.2.1\n\tnameserver 192.0.2.2\n  # nameserver x\n");
    assertEquals(List.of(InetAddress.ofLiteral("192.0.2.1")), read.nameservers());
    assertEquals(1, read.remarks().size(), () -> read.remarks().toString());
    assertTrue(
        read.remarks().getFirst().startsWith("resolv.conf line 2: this nameserver is not queried"),
        () -> read.remarks().toString());
  }

  @Test
  void theFourthIsReportedAndOneWithAZoneCounts() throws IOException {
    ResolvConf read =
        read(
            """
            nameserver 192.0.2.1
            nameserver fe80::1%eth0
            nameserver 192.0.2.2
            nameserver 192.0.2.3
            """);
    assertEquals(
        Stream.of("192.0.2.1", "192.0.2.2").map(InetAddress::ofLiteral).toList(),
        read.nameservers());
    assertEquals(
        "resolv.conf line 4: nameserver 192.0.2.3 is not queried: resolvers use the first 3"
            + " nameservers only",
        read.remarks().getLast());
  }

  @Test
  void hostileTextIsMadeHarmless() throws IOException {
    ResolvConf read =
        read(
            "nameserver \u001b[2J"
                + "x".repeat(1_000)
                + "\nsearch ok.example \u001b]0;x ::error::\noptions ndots:5 \u001b[31m ::y\n"
                + "nameserver x\n".repeat(10_000));
    assertEquals(List.of("ok.example"), read.settings().search());
    assertEquals(List.of("ndots:5"), read.settings().options());
    assertEquals(8, read.remarks().size(), "remarks");
    assertTrue(
        read.remarks().stream().allMatch(remark -> remark.matches("[ -~]{1,160}")),
        () -> read.remarks().toString());
  }

  @Test
  void onlyTheStartOfAHugeFileIsRead() throws IOException {
    ResolvConf read =
        read(
            "nameserver 192.0.2.1\n"
                + "# padding\n".repeat(ResolvConf.MAX_SIZE / 10)
                + "nameserver 192.0.2.2\n");
    assertEquals(List.of(InetAddress.ofLiteral("192.0.2.1")), read.nameservers());
    assertEquals(
        List.of("resolv.conf is longer than 64 KiB: the rest of it is not read"), read.remarks());
  }

  @Test
  void anEndlessFileIsAnError() {
    IOException refused =
        assertThrows(IOException.class, () -> ResolvConf.read(Path.of("/dev/zero")));
    assertEquals("/dev/zero is not a regular file", refused.getMessage());
  }

  private ResolvConf read(String text) throws IOException {
    return ResolvConf.read(Files.writeString(folder.resolve("resolv.conf"), text));
  }

  private void assertNameservers(String text, String... expected) throws IOException {
    Path file = Files.writeString(folder.resolve("resolv.conf"), text);
    assertEquals(
        Arrays.stream(expected).map(InetAddress::ofLiteral).toList(),
        ResolvConf.read(file).nameservers());
  }
}
