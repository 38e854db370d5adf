package io.github.dnsonde.http;

import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Ticker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The log of the listeners: crowds of clients, and changes of certificates and tokens. For events
 * that clients can cause, it writes at most one line a minute for each listener and kind.
 * Thread-safe.
 */
public final class HttpLog implements Consumer<HttpEvent> {

  private static final Log LOG = Log.named("http");

  private final Ticker ticker;
  private final Map<String, LineLimit> limits = new ConcurrentHashMap<>();

  public HttpLog(Ticker ticker) {
    this.ticker = ticker;
  }

  @Override
  public void accept(HttpEvent event) {
    String kind = event.listener() + " " + event.getClass().getSimpleName();
    LineLimit limit = limits.computeIfAbsent(kind, _ -> new LineLimit(ticker));
    limit.event();
    long count = limit.take();
    if (count > 0) {
      LOG.warn(line(event).with("count", count));
    }
  }

  private static Event line(HttpEvent event) {
    return switch (event) {
      case HttpEvent.MadeRoom(String listener, var source, int connections) ->
          Event.of("connection closed to make room for another")
              .with("listener", listener)
              .with("client", Addresses.text(source))
              .with("client_connections", connections);
      case HttpEvent.NotAccepted(String listener, String why) ->
          Event.of("connection not accepted").with("listener", listener).with("cause", why);
    };
  }

  /** Reports the result of changed files. */
  public void report(MetricsProtection.News news) {
    switch (news) {
      case MetricsProtection.News.Adopted(String what) ->
          LOG.info(Event.of("changed files in force").with("what", what));
      case MetricsProtection.News.Refused(String what, String why) ->
          LOG.error(
              Event.of("changed files refused; the previous ones stay in force")
                  .with("what", what)
                  .with("mistake", why));
    }
  }
}
