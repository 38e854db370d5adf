package io.github.dnsonde.testkit;

import io.github.dnsonde.demo.FakeDnsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that simulates a cluster's DNS on the given addresses, port 53, in the network
 * namespace it was started in. Prints a line when it is ready.
 */
final class ServeHere {

  private static final int PORT = 53;

  private ServeHere() {}

  /** Ends with its input. */
  public static void main(String[] addresses) throws IOException {
    List<FakeDnsServer> standIns = new ArrayList<>();
    try {
      for (String address : addresses) {
        standIns.add(
            FakeDnsServer.start(InetAddress.ofLiteral(address), PORT, FakeDnsServer.clusterDns()));
      }
      System.out.println("ready");
      var _ = System.in.readAllBytes(); // until its end
    } finally {
      standIns.forEach(FakeDnsServer::close);
    }
  }
}
