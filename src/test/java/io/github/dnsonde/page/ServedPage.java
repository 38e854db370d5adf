package io.github.dnsonde.page;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.http.Health;
import io.github.dnsonde.http.HttpListeners;
import io.github.dnsonde.http.Pages;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.status.Outcomes;
import io.github.dnsonde.testkit.FixedState;
import io.github.dnsonde.testkit.NoMetrics;
import io.github.dnsonde.testkit.SampleReports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The page with a state that a test sets. It can go away, and come back at the same address. */
final class ServedPage implements AutoCloseable {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  final AtomicReference<Overview> status;
  final AtomicReference<List<ReportedVerdict>> verdicts = new AtomicReference<>(List.of());
  private final boolean prometheus;
  private HttpListeners listeners;

  ServedPage(Overview overview) throws IOException {
    this(overview, false);
  }

  /** Serves the page of a controller that reads Prometheus, or of one that does not. */
  ServedPage(Overview overview, boolean prometheus) throws IOException {
    this.prometheus = prometheus;
    status = new AtomicReference<>(overview);
    listeners = listeners(0);
  }

  private HttpListeners listeners(int port) throws IOException {
    return HttpListeners.start(
        HttpListeners.Setup.plain(
            new InetSocketAddress(LOOPBACK, 0), new InetSocketAddress(LOOPBACK, port)),
        new Pages(
            new NoMetrics(),
            new Health(Optional::empty, Optional::empty),
            new Outcomes(),
            () -> Plan.EMPTY,
            () -> new Diagnosis(status.get().findings(), verdicts.get()),
            new FixedState(status::get, prometheus),
            SampleReports::timeline));
  }

  String url() {
    return "http://127.0.0.1:" + listeners.apiAddress().getPort() + "/";
  }

  /** Stops serving, and returns the port. */
  int goAway() {
    int port = listeners.apiAddress().getPort();
    listeners.close();
    return port;
  }

  void comeBack(int port) throws IOException {
    listeners = listeners(port);
  }

  @Override
  public void close() {
    listeners.close();
  }
}
