package io.github.dnsonde.bench;

import io.github.dnsonde.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Measures the time of {@code dnsonde lint} for a large folder, from the start of a fresh JVM. */
@Command(
    name = "lint",
    description =
        "Measure the time to lint a folder with a file for each policy and four policies for each"
            + " namespace.")
final class LintCommand implements Callable<Integer> {

  private static final String DENY =
      "spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]}\n";

  private static final String WEB =
      """
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress, Egress]
        ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 8080}]}]
        egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]
      """;

  @Option(names = "--policies", description = "Number of policies. Default: ${DEFAULT-VALUE}.")
  private int policies = 10_000;

  @Option(
      names = "--broken",
      description =
          "Percentage of namespaces whose policies forget TCP. Default: ${DEFAULT-VALUE}.")
  private int broken = 5;

  @Option(
      names = "--repository",
      description =
          "Lint, instead of one folder, a repository of 2,000 files in 400 folders; 300 files are"
              + " not Kubernetes manifests.")
  private boolean repository;

  @Option(
      names = "--runs",
      description = "Number of runs, of which the median counts. Default: ${DEFAULT-VALUE}.")
  private int runs = 5;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("bench-lint");
    try {
      if (repository) {
        writeRepository(folder);
      } else {
        write(folder);
      }
      List<Duration> times = new ArrayList<>();
      for (int run = 0; run < runs; run++) {
        times.add(time(folder));
      }
      times.sort(Comparator.naturalOrder());
      System.out.printf(
          "%s: %.1f s, median of %d runs (%.1f to %.1f), %d processors%n",
          repository
              ? "a repository of 2,000 files in 400 folders"
              : "%,d policies in one folder, %d %% of the namespaces broken"
                  .formatted(policies, broken),
          seconds(times.get(runs / 2)),
          runs,
          seconds(times.getFirst()),
          seconds(times.getLast()),
          Runtime.getRuntime().availableProcessors());
      return ExitCode.OK;
    } finally {
      delete(folder);
    }
  }

  private void write(Path folder) throws IOException {
    for (int i = 0; i < policies; i++) {
      String namespace = "team-" + i / 4;
      String tcp = i / 4 % 100 < broken ? "" : ", {protocol: TCP, port: 53}";
      List<String> specs = List.of(DENY, dns(tcp), WEB, WEB.replace("web", "api"));
      Files.writeString(
          folder.resolve(namespace + "-" + i + ".yaml"),
          "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: policy-"
              + i
              + ", namespace: "
              + namespace
              + "}\n"
              + specs.get(i % 4));
    }
  }

  /** Writes twenty areas of twenty folders, of which some share a namespace. */
  private static void writeRepository(Path root) throws IOException {
    for (int i = 0; i < 2_000; i++) {
      int app = i / 5;
      Path folder = Files.createDirectories(root.resolve("area-" + app / 20 + "/app-" + app));
      String content =
          i % 20 < 3
              ? "site: docs\npages: [a, b, {c: d}]\n"
              : "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: policy-"
                  + i
                  + ", namespace: team-"
                  + app % 150
                  + "}\n"
                  + List.of(DENY, dns(""), WEB).get(i % 3);
      Files.writeString(folder.resolve(i + ".yaml"), content);
    }
  }

  private static String dns(String tcp) {
    return """
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
      - to:
        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
          podSelector: {matchLabels: {k8s-app: kube-dns}}
        ports: [{protocol: UDP, port: 53}%s]
    """
        .formatted(tcp);
  }

  private static Duration time(Path folder) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(Child.java(List.of()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), Main.class.getName()));
    command.addAll(List.of("lint", folder.toString()));
    long began = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int status = process.waitFor();
    if (status > 1) {
      throw new IOException("lint ended with " + status);
    }
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1_000.0;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(LintCommand::deleteOne);
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
