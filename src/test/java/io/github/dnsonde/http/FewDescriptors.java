package io.github.dnsonde.http;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program with listeners that takes all available file descriptors when it reads {@code take},
 * and releases them when it reads {@code give}.
 */
final class FewDescriptors {

  private FewDescriptors() {}

  /** Runs until its input ends; prints the ports, then {@code done} after each command. */
  public static void main(String[] args) throws Exception {
    loadClasses();
    InetSocketAddress any = RunningServer.ANY_PORT;
    List<InputStream> taken = new ArrayList<>();
    try (RunningServer server =
            new RunningServer(
                new RunningServer.FixedPage("page\n"),
                Patience.DEFAULT,
                new HttpListeners.Setup(
                    any,
                    Optional.of(any),
                    any,
                    MetricsProtection.NONE,
                    event -> System.err.println(event)));
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (InetSocketAddress listener : List.of(server.metrics(), server.health())) {
        RunningServer.raw(listener, "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      }
      System.out.println(server.metrics().getPort() + " " + server.health().getPort());
      for (String word = commands.readLine(); word != null; word = commands.readLine()) {
        if (word.equals("take")) {
          takeAll(taken);
        } else {
          giveBack(taken);
        }
        System.out.println("done");
      }
    }
  }

  /**
   * Loads classes early: from folders, as here, each takes a descriptor; from the program's jar
   * none does.
   */
  private static void loadClasses() throws Exception {
    Path folder =
        Path.of(HttpListener.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve(HttpListener.class.getPackageName().replace('.', '/'));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".class")).toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        if (!name.equals("package-info")) {
          Class.forName(HttpListener.class.getPackageName() + "." + name);
        }
      }
    }
  }

  private static void takeAll(List<InputStream> taken) {
    try {
      while (true) {
        taken.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException _) {
      // no descriptor is left
    }
  }

  private static void giveBack(List<InputStream> taken) throws IOException {
    for (InputStream file : taken) {
      file.close();
    }
    taken.clear();
  }
}
