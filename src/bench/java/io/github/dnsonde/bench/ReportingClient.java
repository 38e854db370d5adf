package io.github.dnsonde.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dnsonde.json.ReportJson;
import io.github.dnsonde.report.Report;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * The connection of one agent to the controller, from a loopback address of its own: the listener
 * limits the connections of one address. It is kept between reports.
 */
final class ReportingClient implements AutoCloseable {

  private static final String SERVER = "dnsonde-controller.control.svc";
  private static final int PATIENCE_MILLIS = 5_000;

  /** Agents send reports in TLS records of this length. */
  private static final int PIECE = 2 << 10;

  private final InetAddress own;
  private final InetSocketAddress controller;
  private final SSLContext tls;
  private final String token;
  private Optional<SSLSocket> connection = Optional.empty();

  /**
   * Creates a client that connects when it first reports.
   *
   * @param number the number of the agent's address
   * @param authorities that sign the controller's certificate, as PEM
   */
  ReportingClient(int number, InetSocketAddress controller, String authorities, String token)
      throws IOException {
    this.own = InetAddress.ofLiteral("127.1.%d.%d".formatted(number / 250, number % 250 + 1));
    this.controller = controller;
    this.tls = tls(authorities);
    this.token = token;
  }

  /** Returns a context with sessions of its own, as each agent has. */
  private static SSLContext tls(String authorities) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "ca",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(authorities.getBytes(UTF_8))));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /**
   * Sends a compressed report, and returns the status of the response.
   *
   * @throws IOException if there is none
   */
  int send(byte[] body) throws IOException {
    String head =
        """
        POST /v1/report HTTP/1.1\r
        Host: %s\r
        Authorization: Bearer %s\r
        Content-Type: application/json\r
        Content-Encoding: gzip\r
        Content-Length: %d\r
        \r
        """
            .formatted(SERVER, token, body.length);
    try {
      SSLSocket socket = connected();
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(UTF_8));
      for (int from = 0; from < body.length; from += PIECE) {
        out.write(body, from, Math.min(PIECE, body.length - from));
      }
      int status = response(new BufferedInputStream(socket.getInputStream()));
      if (status != 200) {
        close(); // as the controller does
      }
      return status;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Returns a report as it is sent. */
  static byte[] zipped(Report report) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (Writer out = new OutputStreamWriter(new GZIPOutputStream(octets), UTF_8)) {
      ReportJson.write(report, out);
    }
    return octets.toByteArray();
  }

  private SSLSocket connected() throws IOException {
    if (connection.isEmpty()) {
      Socket plain = new Socket();
      plain.bind(new InetSocketAddress(own, 0));
      plain.connect(controller, PATIENCE_MILLIS);
      plain.setTcpNoDelay(true);
      plain.setSoTimeout(PATIENCE_MILLIS);
      SSLSocket secured =
          (SSLSocket)
              tls.getSocketFactory().createSocket(plain, SERVER, controller.getPort(), true);
      connection = Optional.of(secured);
      secured.startHandshake();
    }
    return connection.get();
  }

  /** Reads a response to its end; returns its status. */
  private static int response(InputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring("content-length:".length()).strip());
      }
    }
    in.skipNBytes(length);
    return Integer.parseInt(status.split(" ", 3)[1]);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new IOException("the connection was closed");
      }
      line.append((char) octet);
    }
    return line.toString().strip();
  }

  @Override
  public void close() {
    try {
      if (connection.isPresent()) {
        connection.get().close();
      }
    } catch (IOException _) {
      // it was broken
    } finally {
      connection = Optional.empty();
    }
  }
}
