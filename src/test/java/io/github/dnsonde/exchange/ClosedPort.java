package io.github.dnsonde.exchange;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.testkit.Misbehaviour;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A port without a listener. It had one a moment ago, so no other process is likely to use it. */
final class ClosedPort {

  private ClosedPort() {}

  static InetSocketAddress at(InetAddress address) throws IOException {
    try (FakeDnsServer server =
        FakeDnsServer.start(address, FakeDnsServer.ANY_PORT, Misbehaviour.silence())) {
      return server.address();
    }
  }
}
