package io.github.dnsonde.kube;

import io.github.dnsonde.manifest.Literal;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Ticker;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.credentials.RefreshAuthentication;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the API server and the credentials for it. */
final class Credentials {

  /** The folder in which Kubernetes puts a container's credentials. */
  static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  static final String HOST = "KUBERNETES_SERVICE_HOST";
  private static final String PORT = "KUBERNETES_SERVICE_PORT";

  /**
   * The interval at which the token is read again; Kubernetes replaces a token long before it
   * expires.
   */
  private static final Duration TOKEN_AGE = Duration.ofMinutes(1);

  private Credentials() {}

  /**
   * Finds the API server and the credentials.
   *
   * @param kubeconfig a file as kubectl reads it; if empty, the credentials that Kubernetes gives
   *     to each container
   * @throws IOException if something is missing or unreadable; the message says what
   */
  static ApiClient found(Optional<Path> kubeconfig) throws IOException {
    return kubeconfig.isPresent()
        ? kubeconfig(kubeconfig.get())
        : inCluster(System.getenv(), SERVICE_ACCOUNT);
  }

  /**
   * The API server and the credentials for it, by a kubeconfig or as each container has them.
   *
   * @param namespace the one that kubectl uses for objects without one; empty if none is set
   */
  record Chosen(ApiClient client, Optional<String> namespace) {}

  /**
   * Reads a file as kubectl does, with its current context.
   *
   * @throws IOException if it cannot be used; the message says why
   */
  static ApiClient kubeconfig(Path file) throws IOException {
    return kubeconfig(file, Optional.empty()).client();
  }

  /**
   * Reads a file as kubectl does, with one of its contexts.
   *
   * @param context empty for the current one
   * @throws IOException if it cannot be used; the message says why
   */
  static Chosen kubeconfig(Path file, Optional<String> context) throws IOException {
    try (Reader text = Files.newBufferedReader(file)) {
      KubeConfig config = KubeConfig.loadKubeConfig(text);
      config.setFile(file.toAbsolutePath().toFile());
      if (context.isPresent() && !config.setContext(context.get())) {
        throw unusable(file, "it has no context '" + context.get() + "'");
      }
      if (config.getServer() == null) {
        throw unusable(file, "its " + shown(context) + " leads to no cluster with a server");
      }
      requireUser(file, config);
      return new Chosen(
          ClientBuilder.kubeconfig(config).setApiClient(new ModellessClient()).build(),
          Optional.ofNullable(config.getNamespace()).filter(name -> !name.isEmpty()));
    } catch (NoSuchFileException missing) {
      throw unusable(
          file,
          file.toString().equals(missing.getFile())
              ? "there is no such file"
              : "there is no file " + missing.getFile());
    } catch (RuntimeException e) { // also from the YAML library
      throw unusable(file, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Uses the credentials of a container, with the namespace of its pod, as kubectl does there.
   *
   * @throws IOException if something is missing; the message says what
   */
  static Chosen ofContainer(Map<String, String> environment, Path folder) throws IOException {
    ApiClient client = inCluster(environment, folder);
    Path namespace = folder.resolve("namespace");
    return new Chosen(
        client,
        Files.isReadable(namespace)
            ? Optional.of(Files.readString(namespace).strip()).filter(name -> !name.isEmpty())
            : Optional.empty());
  }

  private static String shown(Optional<String> context) {
    return context.map(name -> "context '" + name + "'").orElse("current-context");
  }

  /** Requires the user of the context: without its credentials, requests would be anonymous. */
  private static void requireUser(Path file, KubeConfig config) throws IOException {
    Optional<Object> user =
        named(config.getContexts(), config.getCurrentContext())
            .flatMap(context -> entry(context, "context"))
            .flatMap(context -> entry(context, "user"))
            .filter(name -> !name.equals(""));
    if (user.isPresent() && named(config.getUsers(), user.get()).isEmpty()) {
      throw unusable(
          file,
          "its context '"
              + config.getCurrentContext()
              + "' names user '"
              + user.get()
              + "', which it does not have");
    }
  }

  private static Optional<Object> named(@Nullable List<?> all, Object name) {
    return all == null
        ? Optional.empty()
        : all.stream()
            .filter(each -> entry(each, "name").filter(name::equals).isPresent())
            .<Object>map(each -> each)
            .findFirst();
  }

  private static Optional<Object> entry(Object map, String key) {
    return map instanceof Map<?, ?> entries
        ? Optional.ofNullable(entries.get(key))
        : Optional.empty();
  }

  private static IOException unusable(Path file, String why) {
    return new IOException(
        "kubeconfig "
            + file
            + ": "
            + why
            + "; expected a file as 'kubectl config view --flatten' prints it");
  }

  /**
   * Uses the credentials that Kubernetes gives to each container (Kubernetes documentation,
   * "Accessing the API from a Pod"). Environment variables name the server's address. The token is
   * read again every minute. The certificates are those of the authorities that may sign the
   * server's.
   *
   * @param folder of the files {@code token} and {@code ca.crt}
   * @throws IOException if something is missing; the message says what
   */
  static ApiClient inCluster(Map<String, String> environment, Path folder) throws IOException {
    return inCluster(environment, folder, Ticker.SYSTEM);
  }

  /** Does the same with the ticker that measures the age of the token. */
  static ApiClient inCluster(Map<String, String> environment, Path folder, Ticker ticker)
      throws IOException {
    InetSocketAddress address = address(environment);
    Path token = readable(folder.resolve("token"));
    Path authorities = readable(folder.resolve("ca.crt"));
    try {
      ApiClient client =
          new ClientBuilder()
              .setApiClient(new ModellessClient())
              .setBasePath("https://" + Addresses.hostPort(address))
              .setAuthentication(
                  new RefreshAuthentication(() -> text(token), TOKEN_AGE, new SteadyClock(ticker)))
              .setCertificateAuthority(Files.readAllBytes(authorities))
              .build();
      return client.setHttpClient(
          client.getHttpClient().newBuilder().dns(Credentials::noLookup).build());
    } catch (RuntimeException e) {
      throw new IOException("credentials in " + folder + ": " + e.getMessage(), e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress address(Map<String, String> environment) throws IOException {
    String host = value(environment, HOST);
    String port = value(environment, PORT);
    try {
      return new InetSocketAddress(
          Literal.address(host)
              .orElseThrow(() -> new IllegalArgumentException("'" + host + "' is not an address")),
          Integer.parseInt(port));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          HOST + " and " + PORT + ": " + e.getMessage() + "; expected an address and a port");
    }
  }

  private static String value(Map<String, String> environment, String name) throws IOException {
    String value = environment.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new IOException(
          "the environment variable "
              + name
              + " is not set; expected it in a container of a cluster, elsewhere a kubeconfig");
    }
    return value;
  }

  private static Path readable(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException(
          file
              + " cannot be read; expected a service account's files"
              + " (automountServiceAccountToken)");
    }
    return file;
  }

  /** The agent must run while DNS does not work. */
  private static List<InetAddress> noLookup(String name) throws UnknownHostException {
    return List.of(
        Literal.address(name)
            .orElseThrow(() -> new UnknownHostException(name + ": no name is looked up")));
  }
}
