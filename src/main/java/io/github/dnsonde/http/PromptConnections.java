package io.github.dnsonde.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1Connection;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;

/**
 * HTTP/1.1 whose exchanges end in time. By itself the server cuts only connections that wait for a
 * request; a client that sends its headers octet by octet, or does not read what it asked for,
 * would keep its connection for ever.
 */
final class PromptConnections implements ServerConnectionSelector {

  private static final int MAX_REQUEST_LINE = 2 * 1_024;
  private static final int MAX_HEADERS = 8 * 1_024;

  private final Http1ConnectionSelector http1 =
      Http1ConnectionSelector.builder()
          .config(
              Http1Config.builder()
                  .maxPrologueLength(MAX_REQUEST_LINE)
                  .maxHeadersSize(MAX_HEADERS)
                  .sendKeepAliveHeader(false)
                  .buildPrototype())
          .build();

  private final Duration exchange;

  /** Connections whose exchanges may take so long. */
  PromptConnections(Duration exchange) {
    this.exchange = exchange;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Prompt((Http1Connection) http1.connection(context), exchange);
  }

  private record Prompt(Http1Connection connection, Duration exchange)
      implements ServerConnection, InterruptableTask<Void> {

    @Override
    public void handle(Limit limit) throws InterruptedException {
      connection.handle(limit);
    }

    /** Within an exchange, Helidon counts from its request line, its headers or its response. */
    @Override
    public Duration idleTime() {
      return overdue() ? Duration.ofDays(1) : connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      connection.close(interrupt || overdue());
    }

    private boolean overdue() {
      return !canInterrupt() && connection.idleTime().compareTo(exchange) > 0;
    }

    /** True between exchanges. */
    @Override
    public boolean canInterrupt() {
      return connection.canInterrupt();
    }
  }
}
