package io.github.dnsonde.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvConfWatchTest {

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("resolv.conf"), "nameserver 192.0.2.1\n");
  }

  @Test
  void aRenamedFileCountsAtTheSecondCheck() throws IOException {
    ResolvConfWatch watch = new ResolvConfWatch(file);
    assertNames("192.0.2.1", watch);
    assertFalse(watch.check(), "nothing new");
    Path fresh = Files.writeString(folder.resolve("fresh"), "nameserver 192.0.2.2\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    assertFalse(watch.check(), "it may be half written");
    assertTrue(watch.check(), "it stayed the same");
    assertNames("192.0.2.2", watch);
    assertFalse(watch.check(), "nothing new");
  }

  @Test
  void aFileOfTheSameSizeAndTimeIsAlsoNoticed() throws IOException {
    ResolvConfWatch watch = new ResolvConfWatch(file);
    var time = Files.getLastModifiedTime(file);
    Files.writeString(file, "nameserver 192.0.2.9\n");
    Files.setLastModifiedTime(file, time);
    watch.check();
    assertTrue(watch.check(), "it stayed the same");
    assertNames("192.0.2.9", watch);
  }

  @Test
  void aFileThatIsEmptyForAMomentIsIgnored() throws IOException {
    ResolvConfWatch watch = new ResolvConfWatch(file);
    Files.writeString(file, "");
    assertFalse(watch.check(), "half written");
    Files.writeString(file, "nameserver 192.0.2.1\n");
    assertChecks(watch, false, false);
    assertNames("192.0.2.1", watch);
  }

  @Test
  void aCommentIsNoChange() throws IOException {
    ResolvConfWatch watch = new ResolvConfWatch(file);
    Files.writeString(file, "# by the kubelet\nnameserver 192.0.2.1\n");
    assertChecks(watch, false, false, false);
  }

  @Test
  void theLastContentStaysWhileTheFileIsGone() throws IOException {
    ResolvConfWatch watch = new ResolvConfWatch(file);
    Files.delete(file);
    assertChecks(watch, false, false);
    assertNames("192.0.2.1", watch);
    assertTrue(
        watch.problem().filter(why -> why.contains("NoSuchFileException")).isPresent(),
        () -> watch.problem().toString());
    Files.writeString(file, "nameserver 192.0.2.2\n");
    assertChecks(watch, false, true);
    assertEquals(Optional.empty(), watch.problem());
    assertNames("192.0.2.2", watch);
  }

  @Test
  void aFileThatAppearsLaterIsAdopted() throws IOException {
    Files.delete(file);
    ResolvConfWatch watch = new ResolvConfWatch(file);
    assertEquals(ResolvConf.EMPTY, watch.inForce());
    assertTrue(watch.problem().isPresent(), "it is missing");
    Files.writeString(file, "nameserver 192.0.2.2\n");
    assertChecks(watch, false, true);
    assertNames("192.0.2.2", watch);
  }

  private static void assertChecks(ResolvConfWatch watch, Boolean... expected) {
    List<Boolean> found = Stream.generate(watch::check).limit(expected.length).toList();
    assertEquals(List.of(expected), found, "one check after another");
  }

  private static void assertNames(String nameserver, ResolvConfWatch watch) {
    assertEquals(List.of(InetAddress.ofLiteral(nameserver)), watch.inForce().nameservers());
  }
}
