package io.github.dnsonde.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.netns.Sandbox.Moment;
import io.github.dnsonde.probe.NetworkId;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real folders and files. */
class FolderStateTest {

  @TempDir private Path folder;

  @Test
  void aFolderIsUnchangedUntilAFileIsAddedOrRemoved() throws Exception {
    FolderState first = state();
    assertTrue(state().unchangedSince(first, later(3)), "nothing happened");
    Path file = Files.createFile(folder.resolve("cni-1"));
    FolderState second = state();
    assertFalse(second.unchangedSince(first, later(3)), "a file was added");
    Files.delete(file);
    assertFalse(state().unchangedSince(second, later(3)), "a file was removed");
  }

  /** A second change may carry the same time as the first. */
  @Test
  void aFolderThatHasJustChangedMayHaveChangedAgain() throws Exception {
    FolderState state = state();
    assertFalse(state().unchangedSince(state, later(0)), "changed now");
    assertFalse(state().unchangedSince(state, later(2)), "changed two seconds ago");
    assertTrue(state().unchangedSince(state, later(3)), "changed three seconds ago");
  }

  @Test
  void aMissingFolderIsUnchangedUntilItExists() throws Exception {
    Path later = folder.resolve("later");
    FolderState missing = FolderState.of(List.of(later));
    assertTrue(FolderState.of(List.of(later)).unchangedSince(missing, later(3)), "still missing");
    Files.createDirectory(later);
    assertFalse(FolderState.of(List.of(later)).unchangedSince(missing, later(3)), "it exists");
  }

  @Test
  void anUnknownStateIsNeverUnchanged() throws Exception {
    assertFalse(state().unchangedSince(FolderState.NEVER, later(3)), "before the first scan");
    Path file = Files.createFile(folder.resolve("file"));
    FolderState below = FolderState.of(List.of(file.resolve("folder")));
    assertFalse(
        below.unchangedSince(below, later(3)), "a folder below a file cannot be identified");
  }

  @Test
  void theIdentityOfAFileIsThatOfTheJdk() throws Exception {
    Path file = Files.createFile(folder.resolve("cni-1"));
    Map<String, Object> expected = Files.readAttributes(file, "unix:ino,ctime");
    NetworkId found = FileIdentity.of(file);
    assertEquals(expected.get("ino"), found.inode());
    assertEquals(expected.get("ctime"), FileTime.from(found.made()));
    assertEquals(found.device(), FileIdentity.of(folder).device(), "on the same device");
    assertFalse(found.device() == FileIdentity.of(Path.of("/proc/self/ns/net")).device());
    Path missing = folder.resolve("missing");
    assertThrows(NoSuchFileException.class, () -> FileIdentity.of(missing));
  }

  private FolderState state() {
    return FolderState.of(List.of(folder));
  }

  /** The time so many seconds after the last change of the folder. */
  private Moment later(int seconds) throws Exception {
    return new Moment(0, FileIdentity.of(folder).made().plus(Duration.ofSeconds(seconds)));
  }
}
