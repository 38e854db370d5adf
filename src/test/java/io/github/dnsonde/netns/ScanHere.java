package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Sockets.Unavailable;
import java.nio.file.Path;
import java.util.List;

/** A program that scans a folder and prints the result, or the reason why it may not. */
final class ScanHere {

  private ScanHere() {}

  public static void main(String[] folder) {
    try (SandboxNetworks networks = new SandboxNetworks(List.of(Path.of(folder[0])))) {
      System.out.println(networks.scan());
    } catch (Unavailable e) {
      System.out.println(e.untestedBy().label() + ": " + e.getMessage());
    }
  }
}
