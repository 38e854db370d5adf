package io.github.dnsonde.config;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.dnsonde.config.ConfigWatch.Change.Broken;
import io.github.dnsonde.config.ConfigWatch.Change.Changed;
import io.github.dnsonde.config.ConfigWatch.Change.Unchanged;
import io.github.dnsonde.config.yaml.Mistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {

  private static final String TEN = "schedule: {period: 10s}\n";
  private static final String TWENTY = "schedule: {period: 20s}\n";
  private static final String BAD = "schedule: {period: ten}\n";

  @TempDir Path folder;

  @Test
  void anUntouchedFileStaysUnchanged() throws Exception {
    ConfigWatch watch = watch(TEN);
    for (int i = 0; i < 3; i++) {
      assertEquals(new Unchanged(), watch.check());
    }
  }

  @Test
  void aBrokenFileCannotBeOpened() {
    assertThrows(ConfigException.class, () -> watch(BAD));
  }

  @Test
  void aReplacedFileIsAdoptedOnce() throws Exception {
    ConfigWatch watch = watch(TEN);
    Path fresh = Files.writeString(folder.resolve(".dnsonde.yaml.swp"), TWENTY);
    Files.move(fresh, file(), ATOMIC_MOVE, REPLACE_EXISTING);
    assertChanged(20, settle(watch));
    assertEquals(new Unchanged(), watch.check());
    assertEquals(Duration.ofSeconds(20), watch.inForce().pace().period());
  }

  @Test
  void aConfigMapThatSwapsItsLinkIsAdopted() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    Path first = version(mount, "..2026_11_23_10_00_00.111", TEN);
    Files.createSymbolicLink(mount.resolve("..data"), first.getFileName());
    Path file =
        Files.createSymbolicLink(mount.resolve("dnsonde.yaml"), Path.of("..data", "dnsonde.yaml"));
    ConfigWatch watch = ConfigWatch.open(file, Map.of());

    swap(mount, version(mount, "..2026_11_23_10_05_00.222", TWENTY));
    Files.delete(first.resolve("dnsonde.yaml"));
    Files.delete(first);
    assertChanged(20, settle(watch));

    swap(mount, version(mount, "..2026_11_23_10_06_00.333", BAD));
    assertBroken("found 'ten'", settle(watch));

    swap(mount, version(mount, "..2026_11_23_10_07_00.444", TWENTY));
    assertChanged(20, settle(watch));
  }

  @Test
  void aHalfWrittenFileIsNeverAdopted() throws Exception {
    ConfigWatch watch = watch(TEN);
    Files.writeString(file(), "");
    assertEquals(new Unchanged(), watch.check());
    Files.writeString(file(), TWENTY.substring(0, 12));
    assertEquals(new Unchanged(), watch.check());
    Files.writeString(file(), TWENTY);
    assertEquals(new Unchanged(), watch.check());
    assertChanged(20, watch.check());
  }

  @Test
  void aFileMissingForAMomentIsNoChange() throws Exception {
    ConfigWatch watch = watch(TEN);
    Files.delete(file());
    assertEquals(new Unchanged(), watch.check());
    Files.writeString(file(), TEN);
    assertEquals(new Unchanged(), settle(watch));
  }

  @Test
  void aFileMissingForLongerIsBroken() throws Exception {
    ConfigWatch watch = watch(TEN);
    Files.delete(file());
    assertBroken("found no such file", settle(watch));
    assertEquals(new Unchanged(), settle(watch));
    Files.writeString(file(), TEN);
    assertChanged(10, settle(watch));
  }

  @Test
  void invalidContentIsReportedOnceAndTheOldStaysInForce() throws Exception {
    ConfigWatch watch = watch(TEN);
    Files.writeString(file(), BAD);
    assertBroken("found 'ten'", settle(watch));
    assertEquals(new Unchanged(), settle(watch));
    assertEquals(Duration.ofSeconds(10), watch.inForce().pace().period());
  }

  @Test
  void otherInvalidContentIsReportedAgain() throws Exception {
    ConfigWatch watch = watch(TEN);
    Files.writeString(file(), BAD);
    assertBroken("found 'ten'", settle(watch));
    Files.writeString(file(), "mode: nod\n");
    assertBroken("found 'nod'", settle(watch));
  }

  @Test
  void revertingToTheOldContentIsAlsoAFix() throws Exception {
    ConfigWatch watch = watch(TEN);
    Files.writeString(file(), BAD);
    assertBroken("found 'ten'", settle(watch));
    Files.writeString(file(), TEN);
    assertChanged(10, settle(watch));
  }

  private ConfigWatch watch(String text) throws IOException, ConfigException {
    Files.writeString(file(), text);
    return ConfigWatch.open(file(), Map.of());
  }

  private Path file() {
    return folder.resolve("dnsonde.yaml");
  }

  /** Returns the result of two checks in a row: content counts once it was seen twice. */
  private static ConfigWatch.Change settle(ConfigWatch watch) {
    assertEquals(new Unchanged(), watch.check(), "content was adopted at the first check");
    return watch.check();
  }

  /** Creates the folder of one version, like the kubelet's atomic writer. */
  private static Path version(Path mount, String name, String text) throws IOException {
    Path version = Files.createDirectory(mount.resolve(name));
    Files.writeString(version.resolve("dnsonde.yaml"), text);
    return version;
  }

  /** Creates a link next to {@code ..data} and renames it over that, like the kubelet. */
  private static void swap(Path mount, Path version) throws IOException {
    Path fresh = Files.createSymbolicLink(mount.resolve("..data_tmp"), version.getFileName());
    Files.move(fresh, mount.resolve("..data"), ATOMIC_MOVE, REPLACE_EXISTING);
  }

  private static void assertChanged(int seconds, ConfigWatch.Change change) {
    Changed changed = assertInstanceOf(Changed.class, change);
    assertEquals(Duration.ofSeconds(seconds), changed.config().pace().period());
  }

  private static void assertBroken(String found, ConfigWatch.Change change) {
    Broken broken = assertInstanceOf(Broken.class, change);
    assertEquals(
        List.of(found),
        broken.mistakes().stream().map(Mistake::found).map(text -> "found " + text).toList());
  }
}
