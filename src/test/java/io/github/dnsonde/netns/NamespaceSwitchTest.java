package io.github.dnsonde.netns;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.NetworkId;
import io.github.dnsonde.probe.Sockets.Unavailable;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class NamespaceSwitchTest {

  private static final Path OWN = Path.of("/proc/thread-self/ns/net");

  @TempDir private Path folder;
  private Sandboxes sandboxes;

  @BeforeEach
  void open() throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    sandboxes = new Sandboxes(folder);
  }

  @AfterEach
  void close() {
    if (sandboxes != null) {
      sandboxes.close();
    }
  }

  @Test
  void anotherNamespaceUnderTheSameNameIsNotEntered() throws Exception {
    Path file = sandboxes.add("a");
    NetworkId before = FileIdentity.of(file);
    try (NamespaceSwitch namespaceSwitch = new NamespaceSwitch()) {
      Entrance entrance = Entrance.to(before, file);
      Path there = namespaceSwitch.inside(entrance, () -> Files.readSymbolicLink(OWN));

      sandboxes.delete("a");
      sandboxes.add("a");
      Unavailable other =
          assertThrows(
              Unavailable.class,
              () -> namespaceSwitch.inside(entrance, () -> Files.readSymbolicLink(OWN)));
      assertAll(
          () -> assertEquals("net:[" + before.inode() + "]", there.toString()),
          () -> assertEquals(Cause.VANTAGE_GONE, other.untestedBy()),
          () ->
              assertTrue(
                  String.valueOf(other.getMessage()).contains("another network namespace"),
                  other::toString));
    }
  }

  /** Code that catches exceptions and goes on would go on in the wrong network. */
  @Test
  void aThreadThatCannotReturnHomeEndsWithAnError() throws Exception {
    Path file = sandboxes.add("a");
    FutureTask<Throwable> lost =
        new FutureTask<>(
            () -> {
              Set<Integer> before = descriptors();
              NamespaceSwitch namespaceSwitch = new NamespaceSwitch();
              Set<Integer> home = descriptors();
              home.removeAll(before);
              return assertThrows(
                  Throwable.class,
                  () ->
                      namespaceSwitch.inside(
                          Entrance.named(file),
                          () -> {
                            home.forEach(LibC::close);
                            return "inside";
                          }));
            });
    Thread.ofPlatform().start(lost); // this thread stays in the wrong network
    assertInstanceOf(LostThreadError.class, lost.get());
  }

  @Test
  void nothingIsEnteredOnceItIsClosed() throws Exception {
    Path file = sandboxes.add("a");
    NamespaceSwitch namespaceSwitch = new NamespaceSwitch();
    namespaceSwitch.close();
    namespaceSwitch.close();
    Unavailable stopping =
        assertThrows(
            Unavailable.class, () -> namespaceSwitch.inside(Entrance.named(file), () -> "inside"));
    assertEquals(Cause.SHUTDOWN, stopping.untestedBy());
  }

  /** Home's number may be another file's as soon as it is closed. */
  @Test
  void aVisitReturnsHomeBeforeClosing() throws Exception {
    Path file = sandboxes.add("a");
    Path home = Files.readSymbolicLink(OWN);
    NamespaceSwitch namespaceSwitch = new NamespaceSwitch();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    FutureTask<Path> visit =
        new FutureTask<>(
            () -> {
              namespaceSwitch.inside(
                  Entrance.named(file),
                  () -> {
                    inside.countDown();
                    closing.await();
                    return "inside";
                  });
              return Files.readSymbolicLink(OWN);
            });
    Thread.ofPlatform().start(visit);
    inside.await();
    Thread close = Thread.ofPlatform().start(namespaceSwitch::close);
    while (close.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait(); // it waits for the visit to end
    }
    closing.countDown();
    close.join();
    assertEquals(home, visit.get(), "the visitor's namespace");
  }

  private static Set<Integer> descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(NamespaceSwitchTest::isNamespace)
          .map(file -> Integer.valueOf(file.getFileName().toString()))
          .collect(Collectors.toSet());
    }
  }

  private static boolean isNamespace(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("net:[");
    } catch (IOException _) {
      return false; // closed meanwhile, like the listing's own
    }
  }
}
