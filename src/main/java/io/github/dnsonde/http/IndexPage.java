package io.github.dnsonde.http;

import io.github.dnsonde.page.PageFile;
import io.github.dnsonde.probe.Addresses;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The page for people. Its scripts read the API; without them it shows links to its documents. */
final class IndexPage implements Page {

  /** Only files of this listener, and no script that makes markup out of text (Trusted Types). */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private final String scheme;
  private final Supplier<InetSocketAddress> metrics;
  private final SortedSet<String> documents;

  /**
   * Creates the page.
   *
   * @param scheme of the metrics' listener, {@code http} or {@code https}
   * @param metrics address of that listener
   * @param documents the paths of the API to link to
   */
  IndexPage(String scheme, Supplier<InetSocketAddress> metrics, SortedSet<String> documents) {
    this.scheme = scheme;
    this.metrics = metrics;
    this.documents = new TreeSet<>(documents);
  }

  @Override
  public PageResponse answer(ServerRequest request) {
    String address = scheme + "://" + reachable(request);
    return PageResponse.document(PageFile.INDEX.contentType(), POLICY, out -> write(address, out));
  }

  private void write(String address, OutputStream out) throws IOException {
    String template = new String(PageFile.INDEX.read(), StandardCharsets.UTF_8);
    String links =
        documents.stream()
            .map(path -> "<li><a href=\"" + path + "\">" + path + "</a></li>")
            .collect(Collectors.joining("\n"));
    out.write(
        template
            .replace("{{metrics}}", address)
            .replace("{{documents}}", links)
            .getBytes(StandardCharsets.UTF_8));
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
}
