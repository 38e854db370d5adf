package io.github.dnsonde.testkit;

import io.github.dnsonde.demo.DnsStandIn;
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
    List<DnsStandIn> standIns = new ArrayList<>();
    try {
      for (String address : addresses) {
        standIns.add(
            DnsStandIn.start(InetAddress.ofLiteral(address), PORT, DnsStandIn.clusterDns()));
      }
      System.out.println("ready");
      var _ = System.in.readAllBytes(); // until its end
    } finally {
      standIns.forEach(DnsStandIn::close);
    }
  }
}
