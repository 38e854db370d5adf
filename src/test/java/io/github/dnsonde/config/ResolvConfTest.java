package io.github.dnsonde.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvConfTest {

  @TempDir Path folder;

  @Test
  void readsWhatTheKubeletWrites() throws IOException {
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
  void passesOverWhatIsNoNameserver() throws IOException {
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
  void takesThreeAtMost() throws IOException {
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
  void aCommentInAnyEncodingSpoilsNothing() throws IOException {
    Path file = folder.resolve("resolv.conf");
    Files.write(file, "# caf\u00e9\nnameserver 192.0.2.1\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(List.of(InetAddress.ofLiteral("192.0.2.1")), ResolvConf.read(file).nameservers());
  }

  @Test
  void aMissingFileIsAnError() {
    assertThrows(NoSuchFileException.class, () -> ResolvConf.read(folder.resolve("none")));
  }

  private void assertNameservers(String text, String... expected) throws IOException {
    Path file = Files.writeString(folder.resolve("resolv.conf"), text);
    assertEquals(
        Arrays.stream(expected).map(InetAddress::ofLiteral).toList(),
        ResolvConf.read(file).nameservers());
  }
}
