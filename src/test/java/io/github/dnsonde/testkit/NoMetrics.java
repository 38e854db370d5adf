package io.github.dnsonde.testkit;

import io.github.dnsonde.http.MetricsPage;
import java.io.OutputStream;

/** An empty page, where metrics are not read. */
public final class NoMetrics implements MetricsPage {

  @Override
  public String contentType(String accept) {
    return "text/plain";
  }

  @Override
  public void write(String accept, OutputStream out) {}
}
