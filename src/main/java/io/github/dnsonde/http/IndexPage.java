package io.github.dnsonde.http;

import io.github.dnsonde.probe.Addresses;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.function.Supplier;

/** The page with links to the others. */
final class IndexPage implements Page {

  private static final String TEMPLATE = Resources.text("index.html");

  /** Allows the page's only style, and no script (CSP level 3, §2.3.1). */
  private static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + sha256(between(TEMPLATE, "<style>", "</style>"))
          + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final String scheme;
  private final Supplier<InetSocketAddress> metrics;

  /**
   * Creates the page.
   *
   * @param scheme of the metrics' listener, {@code http} or {@code https}
   * @param metrics address of that listener
   */
  IndexPage(String scheme, Supplier<InetSocketAddress> metrics) {
    this.scheme = scheme;
    this.metrics = metrics;
  }

  @Override
  public PageResponse answer(ServerRequest request) {
    byte[] page =
        TEMPLATE
            .replace("{{metrics}}", scheme + "://" + reachable(request))
            .getBytes(StandardCharsets.UTF_8);
    return new PageResponse(
        Status.OK_200, "text/html; charset=utf-8", POLICY, true, out -> out.write(page));
  }

  /**
   * The address of the metrics for this client. A listener on all addresses is reachable at the
   * address of this request.
   */
  private String reachable(ServerRequest request) {
    InetSocketAddress address = metrics.get();
    return address.getAddress().isAnyLocalAddress()
            && request.localPeer().address() instanceof InetSocketAddress here
        ? Addresses.hostPort(new InetSocketAddress(here.getAddress(), address.getPort()))
        : Addresses.hostPort(address);
  }

  private static String between(String text, String start, String end) {
    return text.substring(text.indexOf(start) + start.length(), text.indexOf(end));
  }

  private static String sha256(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
