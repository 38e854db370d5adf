package io.github.dnsonde.lint;

import io.github.dnsonde.manifest.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs kustomize on kustomizations that anyone may have written. It runs only those that use
 * nothing but files of the repository, with no plugins, no charts and no network. The environment
 * is empty and the time is bounded.
 */
public final class KustomizeBuild {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration STEP = Duration.ofMillis(100);
  private static final int MAX_SIZE = 32 << 20;
  private static final int MAX_SAID = 2_000;

  /** A port on which nothing can listen. */
  private static final String NO_PROXY = "http://127.0.0.1:0";

  private final List<String> command;
  private final Path root;

  private KustomizeBuild(List<String> command, Path root) {
    this.command = List.copyOf(command);
    this.root = root;
  }

  /**
   * Finds the kustomize of this machine, or kubectl's.
   *
   * @param searched the folders of programs, in the format of {@code PATH}
   * @param root the folder that no kustomization may leave
   * @throws IOException if there is none
   */
  public static KustomizeBuild find(String searched, Path root) throws IOException {
    for (List<String> command :
        List.of(List.of("kustomize", "build"), List.of("kubectl", "kustomize"))) {
      Optional<Path> program = program(searched, command.getFirst());
      if (program.isPresent()) {
        return new KustomizeBuild(
            List.of(program.get().toString(), command.getLast()),
            root.toAbsolutePath().normalize());
      }
    }
    throw new IOException("--build needs kustomize or kubectl, and neither is on the PATH");
  }

  private static Optional<Path> program(String searched, String name) {
    return Stream.of(searched.split(":"))
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** The objects that kustomize has built, or the reason why there are none. */
  sealed interface Result {

    /** The objects that kustomize has built. */
    record Made(List<Manifest> objects) implements Result {
      public Made {
        objects = List.copyOf(objects);
      }
    }

    /** The reason why there are none. */
    record Refused(String says) implements Result {}
  }

  /**
   * Builds a kustomization.
   *
   * @param all every kustomization that was read, by its folder
   */
  Result build(Kustomization top, Map<Path, Kustomization> all) {
    Optional<String> refusal = refusal(top, all, new TreeSet<>());
    if (refusal.isPresent()) {
      return new Result.Refused("not built: " + refusal.get());
    }
    try {
      return run(top.folder());
    } catch (IOException e) {
      return new Result.Refused("kustomize could not be run (" + e.getMessage() + ")");
    }
  }

  private Optional<String> refusal(
      Kustomization each, Map<Path, Kustomization> all, Set<Path> seen) {
    if (!seen.add(each.folder())) {
      return Optional.empty();
    }
    KustomizationFields fields = each.fields();
    String where = each.document().file() + ": ";
    Optional<String> unsafe = fields.unsafe();
    if (unsafe.isPresent()) {
      return Optional.of(where + unsafe.get() + " may run programs or reach the network");
    }
    if (!each.document().manifest().isPlain()) {
      return Optional.of(
          where
              + "a key stands twice in one map, or a value has a tag, so that kustomize may read"
              + " something else there");
    }
    if (!each.remote().isEmpty()) {
      return Optional.of(where + each.remote().getFirst() + " is not in this repository");
    }
    Optional<String> url = fields.remoteFile();
    if (url.isPresent()) {
      return Optional.of(where + url.get() + " is not in this repository");
    }
    for (Path resource : each.resources()) {
      if (!resource.startsWith(root) || !Files.exists(resource) || leadsOut(resource)) {
        return Optional.of(where + Units.shown(resource) + " is not in this repository");
      }
      Optional<Kustomization> other =
          Files.isDirectory(resource)
              ? Optional.ofNullable(all.get(resource)).or(() -> Input.kustomization(resource))
              : Optional.empty();
      if (Files.isDirectory(resource) && other.isEmpty()) {
        return Optional.of(
            where + Units.shown(resource) + " has no kustomization that can be read");
      }
      Optional<String> inner = other.flatMap(one -> refusal(one, all, seen));
      if (inner.isPresent()) {
        return inner;
      }
    }
    return Optional.empty();
  }

  private boolean leadsOut(Path resource) {
    try {
      return !resource.toRealPath().startsWith(root.toRealPath());
    } catch (IOException _) {
      return true;
    }
  }

  private Result run(Path folder) throws IOException {
    Path home = Files.createTempDirectory("dnsonde-kustomize");
    try {
      Path out = home.resolve("out");
      Path err = home.resolve("err");
      ProcessBuilder builder =
          new ProcessBuilder(Stream.concat(command.stream(), Stream.of(folder.toString())).toList())
              .directory(home.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().clear();
      builder.environment().put("HOME", home.toString());
      builder.environment().put("PATH", "/nonexistent"); // no git, no helm
      builder.environment().put("TMPDIR", home.toString());
      builder.environment().put("HTTP_PROXY", NO_PROXY); // and no URL
      builder.environment().put("HTTPS_PROXY", NO_PROXY);
      Process process = builder.start();
      if (!ends(process, List.of(out, err))) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        return new Result.Refused(
            "kustomize took longer than "
                + LIMIT.toSeconds()
                + " s, or wrote more than "
                + (MAX_SIZE >> 20)
                + " MiB");
      }
      return process.exitValue() == 0
          ? read(out)
          : new Result.Refused("kustomize failed: " + text(err, MAX_SAID).strip());
    } finally {
      delete(home);
    }
  }

  /** Returns true if the process ends by itself, in time and within the limit of output. */
  private static boolean ends(Process process, List<Path> outputs) throws IOException {
    Instant limit = Instant.now().plus(LIMIT);
    boolean ended = false;
    while (!ended && Instant.now().isBefore(limit)) {
      process.onExit().completeOnTimeout(process, STEP.toMillis(), TimeUnit.MILLISECONDS).join();
      ended = !process.isAlive();
      for (Path output : outputs) {
        if (Files.size(output) > MAX_SIZE) {
          return false;
        }
      }
    }
    return ended;
  }

  private static Result read(Path out) throws IOException {
    Manifest.Text text = Manifest.read(text(out, MAX_SIZE), false);
    return text.mistakes().isEmpty()
        ? new Result.Made(text.objects())
        : new Result.Refused("kustomize wrote " + text.mistakes().getFirst().says());
  }

  private static String text(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(most), StandardCharsets.UTF_8);
    }
  }

  private static void delete(Path home) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(home)) {
      files.sorted(Comparator.reverseOrder()).forEach(all::add);
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
