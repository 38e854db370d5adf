package io.github.dnsonde.controller;

import io.github.dnsonde.http.ClientNetwork;
import io.github.dnsonde.http.DeliveryException;
import io.github.dnsonde.http.DeliveryException.Reason;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Ticker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The log of refused reports: at most one line a minute for each reason. Thread-safe. */
final class RefusalLog {

  private static final Log LOG = Log.named("controller");

  private final Ticker ticker;
  private final Map<Reason, LineLimit> limits = new ConcurrentHashMap<>();

  RefusalLog(Ticker ticker) {
    this.ticker = ticker;
  }

  void refused(DeliveryException refusal, ClientNetwork source) {
    LineLimit limit = limits.computeIfAbsent(refusal.reason(), _ -> new LineLimit(ticker));
    limit.event();
    long count = limit.take();
    if (count > 0) {
      LOG.warn(
          Event.of("report refused")
              .with("reason", refusal.reason().label())
              .with("why", String.valueOf(refusal.getMessage()))
              .with("client", Addresses.text(source.address()))
              .with("count", count));
    }
  }
}
