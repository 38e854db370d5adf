package io.github.dnsonde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.kube.FakeApiServer;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.testkit.IssuedCertificate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CommandLineTest {

  private FakeDnsServer healthy;
  private FakeDnsServer silent;

  @BeforeEach
  void start() throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    healthy = FakeDnsServer.start(loopback, FakeDnsServer.ANY_PORT, FakeDnsServer.clusterDns());
    silent = FakeDnsServer.start(loopback, FakeDnsServer.ANY_PORT, (query, sink) -> {});
  }

  @AfterEach
  void stop() {
    healthy.close();
    silent.close();
  }

  @Test
  void checkSucceedsWhenEveryAnswerIsRight() {
    Ran ran = run("check", "--server", address(healthy));
    assertAll(
        () -> assertEquals(0, ran.status(), ran::toString),
        () -> assertEquals("", ran.err(), "on standard error"),
        () -> assertTrue(ran.out().endsWith("4 queries: 4 good\n"), ran::toString),
        () -> assertFalse(ran.out().contains("\033"), "no colour without a terminal"));
  }

  @Test
  void checkFailsWhenAnAnswerIsMissing() {
    Ran ran =
        run("check", "-s", address(silent), "-n", "example.com", "-t", "udp", "--timeout", "200ms");
    assertAll(
        () -> assertEquals(1, ran.status(), ran::toString),
        () -> assertTrue(ran.out().contains("unanswered  timeout"), ran::toString),
        () -> assertTrue(ran.out().endsWith("1 query: 1 unanswered\n"), ran::toString));
  }

  @Test
  void checkUsesItsOptions() {
    Ran ran =
        run(
            "check",
            "-s",
            address(healthy),
            "-n",
            "example.com",
            "--type",
            "aaaa",
            "-t",
            "tcp",
            "-o",
            "json");
    JsonArray outcomes = JsonParser.parseString(ran.out()).getAsJsonArray();
    assertEquals(1, outcomes.size(), ran::toString);
    assertEquals(
        "{\"name\":\"example.com.\",\"type\":\"AAAA\",\"transport\":\"tcp\",\"scope\":\"external\"}",
        outcomes.get(0).getAsJsonObject().get("question").toString());
    assertEquals("good", outcomes.get(0).getAsJsonObject().get("verdict").getAsString());
    assertEquals(0, ran.status(), ran::toString);
  }

  @Test
  void aLookupIsAlsoWrittenWhole() {
    Ran ran = run("check", "-s", address(healthy), "--lookup", "example.com.", "-o", "json");
    JsonObject lookup = JsonParser.parseString(ran.out()).getAsJsonObject();
    assertEquals(
        "{\"kind\":\"found\",\"name\":\"example.com.\",\"reason\":null,\"cause\":null,\"step\":null}",
        lookup.get("result").toString());
    assertEquals("glibc", lookup.get("resolver").getAsString());
    assertEquals(2, lookup.getAsJsonArray("steps").size(), ran::toString);
    assertEquals(0, ran.status(), ran::toString);
  }

  @Test
  void checkTakesServersAndQuestionsFromTheConfiguration(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("dnsonde.yaml");
    Files.writeString(
        file,
        """
        servers:
          - {name: here, address: 127.0.0.1, port: %d}
        questions:
          - {name: nobody.example.com., transports: [udp], expect: {rcode: NXDOMAIN}}
        """
            .formatted(healthy.address().getPort()));
    Ran ran = run("check", "--config", file.toString());
    assertEquals(0, ran.status(), ran::toString);
    assertTrue(
        ran.out().contains("here") && ran.out().contains("nobody.example.com."), ran::toString);
  }

  @Test
  void duplicateOptionsAreQueriedOnce() {
    String server = address(healthy);
    Ran ran =
        run(
            "check",
            "-s",
            server,
            "-s",
            server,
            "-n",
            "example.com",
            "-n",
            "example.com.",
            "-t",
            "udp");
    assertTrue(ran.out().endsWith("1 query: 1 good\n"), ran::toString);
  }

  /** As in a pod whose network has no IPv6: then Java has none either. */
  @Test
  void aServerOfAFamilyThatJavaLacksIsUntestedAndOthersAreQueried() throws Exception {
    Process check =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                System.getProperty("java.class.path"),
                "io.github.dnsonde.Main",
                "check",
                "--server",
                "[::1]:53",
                "--server",
                address(healthy),
                "--name",
                "example.com")
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), UTF_8);
    check.waitFor();
    assertAll(
        () -> assertTrue(said.contains("4 queries: 2 untested, 2 good"), said),
        () -> assertTrue(said.contains("no_socket: IPv6 not available: INET6 sockets need"), said));
  }

  @Test
  void checkQueriesInRounds() {
    Ran ran =
        run(
            "check",
            "-s",
            address(healthy),
            "-n",
            "example.com.",
            "-t",
            "udp",
            "-c",
            "2",
            "-o",
            "json");
    assertEquals(2, JsonParser.parseString(ran.out()).getAsJsonArray().size(), ran::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          check --server 10.96                  | Invalid value for option '--server' (ADDRESS[:PORT]): found '10.96', expected an address such as 10.96.0.10, 10.96.0.10:53, [fd00::a] or [fd00::a]:53
          check --server dns.example.com:53     | Invalid value for option '--server' (ADDRESS[:PORT]): found 'dns.example.com:53', expected an address such as 10.96.0.10, 10.96.0.10:53, [fd00::a] or [fd00::a]:53
          check --timeout 5                     | Invalid value for option '--timeout': found '5', expected a duration with its unit, such as 10s or 250ms
          check --name a..b                     | the name 'a..b.' has an empty label
          check --server ::1:53                  | Invalid value for option '--server' (ADDRESS[:PORT]): found '::1:53', expected an address such as 10.96.0.10, 10.96.0.10:53, [fd00::a] or [fd00::a]:53
          check --type AAAA                     | --type requires --name: the configuration's questions have their own types
          check --netns /no/such/file           | --netns: no such file: /no/such/file
          check --pod payments                  | --pod must be NAMESPACE/POD, found 'payments'
          check --pod a/b --netns c             | --netns=FILE, --pod=NAMESPACE/POD are mutually exclusive (specify only one)
          check --count 0                       | --count must be 1 to 1000, found 0
          check --transport quic                | Invalid value for option '--transport' (TRANSPORT): expected one of [UDP, TCP] (case-insensitive) but was 'quic'
          check --resolver uclibc               | Invalid value for option '--resolver': expected glibc, musl or go, found 'uclibc'
          agnet                                 | unknown command 'agnet'
          """)
  void wrongUsageIsReportedInALineAndEndsWithStatus2(String words, String message) {
    Ran ran = run(words.split(" "));
    assertAll(
        () -> assertEquals(2, ran.status(), ran::toString),
        () -> assertEquals("dnsonde: " + message, ran.err().lines().findFirst().orElse("")),
        () -> assertTrue(ran.err().lines().count() <= 3, "short: " + ran.err()),
        () -> assertEquals("", ran.out(), "on standard output"));
  }

  @Test
  void onlyASimilarCommandIsSuggested() {
    assertEquals(
        """
        dnsonde: unknown command 'agnet'
        Did you mean: dnsonde agent?
        Try 'dnsonde --help'.
        """,
        run("agnet").err());
    assertEquals(
        """
        dnsonde: unknown command 'bogus'
        Try 'dnsonde --help'.
        """,
        run("bogus").err());
  }

  @Test
  void checkConfigReportsEveryMistake(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("dnsonde.yaml");
    Files.writeString(file, "schedule: {period: ten}\nservers: []\n");
    Ran ran = run("agent", "--config", file.toString(), "--check-config");
    assertAll(
        () -> assertEquals(2, ran.status(), ran::toString),
        () -> assertEquals(2, ran.err().lines().count(), ran::toString),
        () ->
            assertTrue(
                ran.err().lines().allMatch(line -> line.startsWith(file + ":")), ran::toString));
  }

  @Test
  void checkConfigAcceptsAValidFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("dnsonde.yaml");
    Files.writeString(file, "schedule: {period: 20s}\n");
    Ran ran = run("agent", "--config", file.toString(), "--check-config");
    assertEquals(new Ran(0, file + ": ok\n", ""), ran);
  }

  @Test
  void checkConfigReadsTheCertificateAndTheToken(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("dnsonde.yaml");
    Files.writeString(
        file,
        "http: {tls: {certificate: %1$s/tls.crt, key: %1$s/tls.key}, bearer-token-file: %1$s/token}"
            .formatted(folder));
    IssuedCertificate.ec().write(folder);
    Files.writeString(folder.resolve("token"), "secret\n");
    assertEquals(
        new Ran(0, file + ": ok\n", ""),
        run("agent", "--config", file.toString(), "--check-config"));
    Files.writeString(folder.resolve("tls.key"), IssuedCertificate.ec().keyPem());
    assertEquals(
        new Ran(
            2,
            "",
            "%1$s/tls.key (http.tls.key): found the key of another certificate, expected the key of %1$s/tls.crt: mount both from one Secret\n"
                .formatted(folder)),
        run("agent", "--config", file.toString(), "--check-config"));
  }

  @Test
  void probePodsNeedAnImage(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("dnsonde.yaml");
    Files.writeString(file, "probe-pods:\n  namespaces: {include: [shop]}\n");
    Ran ran = run("probe-pods", "--config", file.toString(), "--once");
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(ran.err().startsWith(file + ":2: probe-pods.image: found nothing"), ran::toString);
  }

  @Test
  void probePodsReportThatNoServerAnswers(@TempDir Path folder) throws IOException {
    Path kubeconfig = folder.resolve("kubeconfig");
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    Files.writeString(kubeconfig, FakeApiServer.kubeconfig("http://127.0.0.1:" + closed));
    Path file = folder.resolve("dnsonde.yaml");
    Files.writeString(file, "kubernetes: {kubeconfig: %s}\n".formatted(kubeconfig));
    Ran ran = run("probe-pods", "--config", file.toString(), "--once");
    assertAll(
        () -> assertEquals(1, ran.status(), ran::toString),
        () -> assertEquals("", ran.out(), "on standard output"),
        () -> assertTrue(ran.err().contains("include is empty"), ran::toString),
        () -> assertTrue(ran.err().contains("127.0.0.1:" + closed), ran::toString));
  }

  @Test
  void everyCommandHasHelp() {
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      Ran ran = run(command, "--help");
      assertEquals(0, ran.status(), ran::toString);
      assertTrue(ran.out().contains("Usage: dnsonde " + command), ran::toString);
    }
  }

  /** Names, URLs and commands can be copied from the help. */
  @Test
  void helpBreaksAtSpacesOnly() {
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      String help = run(command, "--help").out();
      assertEquals(
          List.of(),
          help.lines()
              .filter(line -> line.length() > 80 && !line.matches(" {2}(dnsonde|kubectl) .*"))
              .toList(),
          "too long");
      assertEquals(
          List.of(), help.lines().filter(line -> line.matches(".*[ ,\\[][.]|.*\\[,")).toList());
    }
    String lint = run("lint", "--help").out();
    assertTrue(lint.contains("\nUsage: dnsonde lint [-hV] [--against-cluster] "), lint);
    assertTrue(lint.contains(" [-f=FORMAT[=FILE]]...\n"), lint);
    assertTrue(lint.contains("[--dns-port-names=PROTOCOL=NAME[,PROTOCOL=NAME...]]..."), lint);
    assertTrue(lint.contains("      .dnsonde-lint.yaml that is nearest"), lint);
    assertTrue(lint.contains("\n  -f, --format=FORMAT[=FILE] text, json, sarif, junit,"), lint);
    assertTrue(lint.contains("\n                               given several times"), lint);
    assertTrue(run("controller", "--help").out().contains("schedule.budget.cluster."));
    assertTrue(
        run("explain", "--help")
            .out()
            .contains("-- dnsonde explain payments --fix | kubectl apply -f -\n"),
        "an example is one line");
  }

  @Test
  void theVersionIsPrinted() {
    Ran ran = run("--version");
    assertTrue(ran.out().startsWith("dnsonde "), ran::toString);
    assertEquals(0, ran.status(), ran::toString);
  }

  @Test
  void bashCompletesCommandsAndOptions(@TempDir Path folder) throws Exception {
    Path script = folder.resolve("completion");
    Files.writeString(script, run("completion").out());
    String typed =
        """
        source %s
        COMP_WORDS=(dnsonde check --ser); COMP_CWORD=2; COMP_LINE='dnsonde check --ser'
        _complete_dnsonde
        echo "${COMPREPLY[@]}"
        """
            .formatted(script);
    Process bash = new ProcessBuilder("bash", "-c", typed).redirectError(Redirect.DISCARD).start();
    String completed = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertTrue(bash.waitFor(20, TimeUnit.SECONDS), "bash ends");
    assertEquals("--server", completed.strip(), "what bash offers");
  }

  private static String address(FakeDnsServer server) {
    return Addresses.hostPort(server.address());
  }

  private static Ran run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of(words));
    all.removeIf(String::isEmpty);
    int status = commandLine.execute(all.toArray(String[]::new));
    return new Ran(status, out.toString(), err.toString());
  }

  /** The exit status of a command, with its output. */
  private record Ran(int status, String out, String err) {}
}
