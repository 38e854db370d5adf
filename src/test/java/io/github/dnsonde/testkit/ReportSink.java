package io.github.dnsonde.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dnsonde.certificates.OwnCertificates;
import io.github.dnsonde.http.ClientNetwork;
import io.github.dnsonde.http.DeliveryException;
import io.github.dnsonde.http.DeliveryException.Reason;
import io.github.dnsonde.http.HttpLog;
import io.github.dnsonde.http.ListenerCertificate;
import io.github.dnsonde.http.ReportListener;
import io.github.dnsonde.http.ReportReceiver;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A listener for reports on loopback that accepts any token, and keeps what it receives. */
public final class ReportSink implements AutoCloseable {

  public static final String NAME = "dnsonde-controller.control.svc";

  private final List<String> reports = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private final ListenerCertificate certificate = ListenerCertificate.unset();
  private final Path authorities;
  private final ReportListener listener;
  private volatile String reply = "{\"nodeShare\":null}";
  private volatile boolean refuses;
  private volatile Reason reason = Reason.BUSY;
  private volatile CountDownLatch holds = new CountDownLatch(0);

  private ReportSink(Path folder, int port) throws IOException {
    this.authorities = folder.resolve("ca.crt");
    this.listener =
        ReportListener.start(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
            certificate,
            new Receiver(),
            new HttpLog(Ticker.SYSTEM));
    renew();
  }

  /** Starts one; writes its authority to {@code ca.crt} in the folder. */
  public static ReportSink start(Path folder) throws IOException {
    return new ReportSink(folder, 0);
  }

  /** Starts one on a port that another one had. */
  public static ReportSink start(Path folder, int port) throws IOException {
    return new ReportSink(folder, port);
  }

  /** Shows another certificate of another authority, and publishes that. */
  public void renew() throws IOException {
    showUnpublished();
    Files.writeString(authorities, published);
  }

  private String published = "";

  /** Shows a certificate of an authority that is not published. */
  public void showUnpublished() throws IOException {
    OwnCertificates made = OwnCertificates.made(NAME, Instant.now());
    certificate.set(made.certificate(), made.key());
    published = made.authorities();
  }

  public Path authorities() {
    return authorities;
  }

  public InetSocketAddress address() {
    return listener.address();
  }

  /** The reports so far, as JSON. */
  public List<String> reports() {
    return List.copyOf(reports);
  }

  /** The tokens so far. */
  public List<String> tokens() {
    return List.copyOf(tokens);
  }

  public void replies(String json) {
    reply = json;
  }

  public void refuses(boolean all) {
    refuses = all;
  }

  /** Refuses every report for this reason. */
  public void refuses(Reason why) {
    reason = why;
    refuses = true;
  }

  /** Lets every report wait until the latch opens. */
  public void holds(CountDownLatch until) {
    holds = until;
  }

  @Override
  public void close() {
    listener.close();
  }

  private final class Receiver implements ReportReceiver {
    @Override
    public Delivery admit(String token, ClientNetwork source) throws DeliveryException {
      tokens.add(token);
      if (refuses) {
        throw new DeliveryException(reason, "refused on request");
      }
      return new Delivery() {
        @Override
        public byte[] take(InputStream body) throws IOException {
          reports.add(new String(body.readAllBytes(), UTF_8));
          try {
            holds.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return reply.getBytes(UTF_8);
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void refused(DeliveryException refusal, ClientNetwork source) {}
  }
}
