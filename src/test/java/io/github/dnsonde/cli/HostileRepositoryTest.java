package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code dnsonde lint} on repositories with hostile authors. */
@Timeout(60)
@Tag("long")
class HostileRepositoryTest {

  private static final String DENY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: deny, namespace: shop}
      spec: {podSelector: {}, policyTypes: [Egress]}
      """;

  @TempDir Path folder;

  private Path repository;

  @BeforeEach
  void repository() throws IOException {
    repository = folder.resolve("repository");
    Files.createDirectories(repository.resolve(".git"));
    Files.writeString(repository.resolve("deny.yaml"), DENY);
  }

  /** Kubernetes mounts a ConfigMap as a folder with a time, and links that lead there. */
  @Test
  void aMountedConfigMapIsOneFolder() throws IOException {
    Path mounted = Files.createDirectory(folder.resolve("mounted"));
    Path time = Files.createDirectory(mounted.resolve("..2026_11_26_14_59_52.503297016"));
    Files.writeString(time.resolve("deny.yaml"), DENY);
    Files.createSymbolicLink(mounted.resolve("..data"), time.getFileName());
    Files.createSymbolicLink(mounted.resolve("deny.yaml"), Path.of("..data", "deny.yaml"));
    Ran ran = lint(mounted.toString());
    assertTrue(ran.out().startsWith(mounted.resolve("deny.yaml") + ":4: error: "), ran::toString);
    assertTrue(
        ran.out().endsWith("\n1 error, 0 warnings, 0 infos in 1 policy of 1 file\n"),
        ran::toString);
    assertFalse(ran.out().contains("checked separately"), ran::toString);
  }

  @Test
  void linksAreFollowedOnceAndNeverOutOfTheRepository() throws IOException {
    Files.writeString(folder.resolve("outside.yaml"), DENY.replace("shop", "outside"));
    Files.createSymbolicLink(repository.resolve("out.yaml"), folder.resolve("outside.yaml"));
    Files.createSymbolicLink(repository.resolve("etc"), Path.of("/etc"));
    Files.createSymbolicLink(repository.resolve("loop"), repository);
    Files.createSymbolicLink(repository.resolve("again.yaml"), repository.resolve("deny.yaml"));
    Files.createSymbolicLink(repository.resolve("nowhere.yaml"), Path.of("nothing"));
    Ran ran = lint(repository.toString());
    assertAll(
        () -> assertEquals(2, ran.status(), ran::toString),
        () -> assertTrue(ran.out().contains("in 1 policy of 1 file"), ran::toString),
        () -> assertTrue(ran.err().contains("out.yaml: a link to a place outside"), ran::toString),
        () -> assertTrue(ran.err().contains("etc: a link to a place outside"), ran::toString),
        () -> assertTrue(ran.err().contains("nowhere.yaml: no such file"), ran::toString),
        () -> assertEquals(3, ran.err().lines().count(), ran::toString));
  }

  @Test
  void pipesAreNotOpened() throws IOException, InterruptedException {
    Path pipe = repository.resolve("pipe.yaml");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Ran within = lint(repository.toString());
    Ran named = lint(pipe.toString());
    assertAll(
        () -> assertEquals(2, within.status(), within::toString),
        () -> assertTrue(within.err().contains("pipe.yaml: neither a file"), within::toString),
        () -> assertEquals(2, named.status(), named::toString),
        () -> assertTrue(named.err().contains("pipe it to standard input"), named::toString));
  }

  @Test
  void largeFilesAreNotRead() throws IOException {
    try (RandomAccessFile large =
        new RandomAccessFile(repository.resolve("large.yaml").toFile(), "rw")) {
      large.setLength(100L << 20);
    }
    Ran ran = lint(repository.toString());
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(ran.err().contains("large.yaml: larger than 32 MiB"), ran::toString);
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    Files.writeString(repository.resolve("a.yaml"), "a: " + "[".repeat(100_000));
    Files.writeString(repository.resolve("b.json"), "{\"a\":".repeat(100_000));
    Files.writeString(repository.resolve("c.json"), "[".repeat(100_000));
    Path deep = repository;
    for (int i = 0; i < 120; i++) {
      deep = deep.resolve("d");
    }
    Files.createDirectories(deep);
    Ran ran = lint(repository.toString());
    assertAll(
        () -> assertEquals(2, ran.status(), ran::toString),
        () -> assertEquals(4, ran.err().lines().count(), ran::toString),
        () -> assertTrue(ran.err().contains("more than 100 folders deep"), ran::toString));
  }

  @Test
  void patternsOfManyStarsTakeNoTime() throws IOException {
    Files.writeString(repository.resolve(".dnsondeignore"), "**/" + "*a".repeat(2_000) + "b\n");
    Files.writeString(repository.resolve("a".repeat(200) + ".yaml"), DENY.replace("deny", "b"));
    Ran ran = lint(repository.toString());
    assertTrue(ran.out().contains("in 2 policies of 2 files"), ran::toString);
  }

  @Test
  void kustomizeIsRunOnFilesOfTheRepositoryAlone() throws IOException, InterruptedException {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Path log = folder.resolve("log");
    program(
        programs.resolve("kustomize"),
        "env > " + log + "; echo \"$@\" >> " + log + "; cat \"$2\"/deny.yaml");
    Files.writeString(
        repository.resolve("kustomization.yaml"),
        "resources: [deny.yaml]\npatches: [{patch: '[]', target: {kind: Deployment}}]\n");
    Ran without = lintIn(programs, repository.toString());
    assertFalse(Files.exists(log), "run without --build");
    assertTrue(without.out().contains("[kustomization-not-built]"), without::toString);
    Ran built = lintIn(programs, repository.toString(), "--build");
    String said = Files.readString(log);
    assertAll(
        () -> assertEquals(1, built.status(), built::toString),
        () -> assertTrue(built.out().contains("deny.yaml:4: error: "), built::toString),
        () -> assertTrue(said.contains("build " + repository), said),
        () -> assertFalse(said.contains("SECRET"), said));
  }

  @Test
  void kustomizationsThatMayRunProgramsOrUseTheNetworkAreNotBuilt()
      throws IOException, InterruptedException {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Path log = folder.resolve("log");
    program(programs.resolve("kustomize"), "touch " + log);
    Files.createDirectories(folder.resolve("other"));
    Files.writeString(folder.resolve("other/kustomization.yaml"), "resources: []\n");
    List<String> all =
        List.of(
            "resources: [deny.yaml, 'https://example.com/a.yaml']",
            "resources: [deny.yaml, 'git@example.com:a/b']",
            "resources: [deny.yaml, 'example.com/a/b?ref=main']",
            "resources: [deny.yaml, 'example.com/a/b']",
            "resources: [deny.yaml, ../../other]",
            "resources: [deny.yaml, linked]",
            "resources: [deny.yaml, !!binary aHR0cHM6Ly9leGFtcGxlLmNvbS9hLnlhbWw=]",
            "resources: [deny.yaml, !text 'https://example.com/a.yaml']",
            "resources: [deny.yaml, 'https://example.com/a']\nresources: [deny.yaml]",
            "Resources: ['https://example.com/a.yaml']",
            "resources: [deny.yaml]\nhelmCharts: [{name: a, repo: 'https://example.com'}]",
            "resources: [deny.yaml]\ngenerators: [plugin.yaml]",
            "resources: [deny.yaml]\ntransformers: [plugin.yaml]",
            "resources: [deny.yaml]\nvalidators: [plugin.yaml]",
            "resources: [deny.yaml]\n"
                + "configMapGenerator: [{name: a, files: ['http://example.com/x']}]",
            "resources: [deny.yaml]\nopenapi: {path: 'http://example.com/x'}",
            "resources: [deny.yaml]\npatches: [{path: 'https://example.com/x'}]");
    for (int i = 0; i < all.size(); i++) {
      Path each = Files.createDirectories(repository.resolve("each-" + i));
      Files.writeString(each.resolve("kustomization.yaml"), all.get(i) + "\n");
      Files.writeString(each.resolve("deny.yaml"), DENY);
      Files.createSymbolicLink(each.resolve("linked"), folder.resolve("other"));
    }
    Ran ran = lintIn(programs, repository.toString(), "--build", "--exclude=linked");
    assertEquals(2, ran.status(), ran::toString);
    assertFalse(Files.exists(log), ran::toString);
    for (int i = 0; i < all.size(); i++) {
      String refusal = "each-" + i + "/kustomization.yaml:1: not built: ";
      assertTrue(ran.err().contains(refusal), all.get(i) + ran);
    }
  }

  @Test
  void withoutKustomizeThereIsNoBuild() throws IOException, InterruptedException {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Ran ran = lintIn(programs, repository.toString(), "--build");
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(ran.err().contains("--build needs kustomize or kubectl"), ran::toString);
  }

  private static void program(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\nPATH=/usr/bin:/bin\n" + script + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  private static Ran lint(String... words) {
    return Ran.command(Stream.concat(Stream.of("lint"), Stream.of(words)).toArray(String[]::new));
  }

  /** Runs lint in a separate process, with its own PATH. */
  private Ran lintIn(Path programs, String... words) throws IOException, InterruptedException {
    return LintProcess.run(folder, programs, words);
  }
}
