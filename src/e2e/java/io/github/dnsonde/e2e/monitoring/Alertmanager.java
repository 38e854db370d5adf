package io.github.dnsonde.e2e.monitoring;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real Alertmanager that sends each alert separately, and its end at once. */
public final class Alertmanager implements AutoCloseable {

  private final Daemon daemon;
  private final InetSocketAddress address;

  private Alertmanager(Daemon daemon, InetSocketAddress address) {
    this.daemon = daemon;
    this.address = address;
  }

  /**
   * Starts the program.
   *
   * @param program the program, such as {@code prometheus-alertmanager}
   * @param folder a folder for its files
   * @param groupWait the time to wait before it sends a new alert, such as {@code 30s}
   * @param inhibition {@code inhibit_rules:} with its rules, as YAML; or nothing
   */
  public static Alertmanager start(
      String program, Path folder, String groupWait, String inhibition, Pager pager)
      throws IOException, InterruptedException {
    Path config = Files.createDirectories(folder).resolve("alertmanager.yaml");
    Files.writeString(
        config,
        """
        route:
          receiver: pager
          group_by: ["..."]
          group_wait: %s
          group_interval: 1s
          repeat_interval: 24h
        receivers:
          - name: pager
            webhook_configs:
              - {url: "%s", send_resolved: true}
        %s
        """
            .formatted(groupWait, pager.url(), inhibition));
    InetSocketAddress address = Daemon.freeAddress();
    Daemon daemon =
        Daemon.start(
            List.of(
                program,
                "--config.file=" + config,
                "--storage.path=" + folder.resolve("alertmanager"),
                "--web.listen-address=" + Daemon.text(address),
                "--cluster.listen-address="), // alone, without a cluster
            folder.resolve("alertmanager.log"));
    Alertmanager started = new Alertmanager(daemon, address);
    daemon.awaitPage(URI.create("http://" + started.address() + "/-/ready"));
    return started;
  }

  /** Returns its address, such as {@code 127.0.0.1:9093}. */
  public String address() {
    return Daemon.text(address);
  }

  @Override
  public void close() {
    daemon.close();
  }
}
