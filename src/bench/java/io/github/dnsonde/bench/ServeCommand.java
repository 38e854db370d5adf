package io.github.dnsonde.bench;

import io.github.dnsonde.demo.FakeDnsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** The server in a separate process: prints its port, and serves until its input ends. */
@Command(name = "serve", hidden = true)
final class ServeCommand implements Callable<Integer> {

  /** The address that it listens on. */
  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  @Override
  public Integer call() throws IOException {
    try (FakeDnsServer standIn =
        FakeDnsServer.start(LOOPBACK, FakeDnsServer.ANY_PORT, FakeDnsServer.clusterDns())) {
      System.out.println(standIn.address().getPort());
      System.in.readAllBytes();
    }
    return ExitCode.OK;
  }
}
