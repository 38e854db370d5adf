package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.dnsonde.testkit.FakeTicker;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

  private static final Map<String, String> GIVEN =
      Map.of("KUBERNETES_SERVICE_HOST", "10.96.0.1", "KUBERNETES_SERVICE_PORT", "443");

  @TempDir private Path folder;

  private String inClusterFails(Map<String, String> environment) {
    return said(() -> Credentials.inCluster(environment, folder));
  }

  private static String said(Executable failing) {
    return String.valueOf(assertThrows(IOException.class, failing).getMessage());
  }

  private void writeServiceAccount() throws IOException {
    Files.writeString(folder.resolve("token"), "secret");
    Files.writeString(folder.resolve("ca.crt"), Certificates.SELF_SIGNED);
  }

  @Test
  void outsideAClusterTheMessageSaysSo() {
    assertEquals(
        "the environment variable KUBERNETES_SERVICE_HOST is not set; expected it in a container of"
            + " a cluster, elsewhere a kubeconfig",
        inClusterFails(Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "kubernetes.default.svc, 443, 'kubernetes.default.svc'",
    "10.96.0.1, https, https",
    "10.96.0.1, 99999, 99999"
  })
  void anAddressAndAPortAreExpected(String host, String port, String named) {
    String said =
        inClusterFails(Map.of("KUBERNETES_SERVICE_HOST", host, "KUBERNETES_SERVICE_PORT", port));
    assertTrue(said.contains(named) && said.endsWith("expected an address and a port"), said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"token", "ca.crt"})
  void aMissingFileIsNamed(String missing) throws IOException {
    writeServiceAccount();
    Files.delete(folder.resolve(missing));
    assertTrue(inClusterFails(GIVEN).startsWith(folder.resolve(missing) + " cannot be read"));
  }

  @Test
  void anInvalidAuthorityIsReported() throws IOException {
    writeServiceAccount();
    Files.writeString(folder.resolve("ca.crt"), "rubbish");
    assertTrue(inClusterFails(GIVEN).startsWith("credentials in " + folder));
  }

  @ParameterizedTest
  @CsvSource({"10.96.0.1, https://10.96.0.1:443", "fd00::1, https://[fd00::1]:443"})
  void theServerIsAnAddressAndNoNameIsResolved(String host, String url) throws IOException {
    writeServiceAccount();
    ApiClient client =
        Credentials.inCluster(
            Map.of("KUBERNETES_SERVICE_HOST", host, "KUBERNETES_SERVICE_PORT", "443"), folder);
    assertEquals(url, client.getBasePath());
    assertThrows(
        UnknownHostException.class, () -> client.getHttpClient().dns().lookup("localhost"));
  }

  /** The wall clock is set back by more than a token's lifetime. */
  @Test
  void theTokenIsReadAgainAfterAMinuteEvenIfTheClockIsSet() throws IOException {
    writeServiceAccount();
    FakeTicker ticker = new FakeTicker();
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      OkHttpClient client = Credentials.inCluster(GIVEN, folder, ticker).getHttpClient();
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
      get(client, url);
      Files.writeString(folder.resolve("token"), "newer\n");
      get(client, url);
      ticker.setClock(Duration.ofHours(-3));
      ticker.advance(Duration.ofSeconds(61));
      get(client, url);
    } finally {
      server.stop(0);
    }
    assertEquals(List.of("Bearer secret", "Bearer secret", "Bearer newer"), seen);
  }

  private static void get(OkHttpClient client, String url) throws IOException {
    client.newCall(new Request.Builder().url(url).build()).execute().close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not: [closed",
        "- a list",
        "current-context: nowhere",
        "{current-context: a, contexts: [{name: a, context: {cluster: b}}], clusters: []}",
        "{current-context: a, contexts: text}"
      })
  void anInvalidKubeconfigIsReported(String text) throws IOException {
    Path file = folder.resolve("config");
    Files.writeString(file, text);
    String said = failure(file);
    assertTrue(said.startsWith("kubeconfig " + file + ": "), said);
    assertTrue(said.endsWith("expected a file as 'kubectl config view --flatten' prints it"), said);
  }

  @Test
  void noKubeconfigOutsideAPodIsExplained() {
    assertEquals(
        "no kubeconfig: neither --kubeconfig, nor KUBECONFIG, nor ~/.kube/config names one, and"
            + " this is not a pod",
        assertThrows(
                IOException.class,
                () -> SnapshotReader.open(Optional.empty(), Optional.empty(), Map.of()))
            .getMessage());
  }

  @Test
  void aMissingFileOfAKubeconfigIsNamed() throws IOException {
    Path file = folder.resolve("config");
    assertTrue(failure(file).startsWith("kubeconfig " + file + ": there is no such file; "));
    Files.writeString(
        file,
        """
        {current-context: a, contexts: [{name: a, context: {cluster: b}}],
         clusters: [{name: b, cluster: {server: "https://127.0.0.1:1",
           certificate-authority: absent.crt}}]}
        """);
    assertTrue(failure(file).contains("there is no file " + folder.resolve("absent.crt")));
  }

  @Test
  void theNamespaceOfAContainerIsThatOfItsPod() throws IOException {
    writeServiceAccount();
    assertEquals(
        Optional.empty(), Credentials.ofContainer(GIVEN, folder).namespace(), "without the file");
    Files.writeString(folder.resolve("namespace"), "payments");
    assertEquals(Optional.of("payments"), Credentials.ofContainer(GIVEN, folder).namespace());
  }

  /** Requests would be sent without credentials, and refused as those of a stranger. */
  @Test
  void aContextWithoutItsUserIsReported() throws IOException {
    Path file = folder.resolve("config");
    Files.writeString(
        file,
        """
        {current-context: a, contexts: [{name: a, context: {cluster: b, user: ci}}],
         users: [{name: me, user: {}}],
         clusters: [{name: b, cluster: {server: "https://127.0.0.1:1"}}]}
        """);
    assertTrue(
        failure(file).contains("its context 'a' names user 'ci', which it does not have"),
        failure(file));
  }

  private static String failure(Path file) {
    return said(() -> Credentials.kubeconfig(file));
  }
}
