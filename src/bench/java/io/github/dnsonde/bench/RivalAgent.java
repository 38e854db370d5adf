package io.github.dnsonde.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The whole agent. Each report of its progress includes a scrape. */
record RivalAgent(String title, AgentProcess agent) implements Rival {

  static RivalAgent start(String title, List<String> jvmOptions, String configuration)
      throws IOException {
    return new RivalAgent(title, AgentProcess.start(jvmOptions, configuration));
  }

  @Override
  public Duration cpu() {
    return agent.cpu();
  }

  @Override
  public Progress progress() throws IOException, InterruptedException {
    Samples page = agent.scrapeLikePrometheus();
    return new Progress(
        page.sum("dnsonde_probes_total"),
        page.sum("dnsonde_probe_failures_total") + page.sum("dnsonde_probes_untested_total"));
  }

  @Override
  public List<Double> latencies() throws IOException, InterruptedException {
    return agent.latencies();
  }

  @Override
  public void close() {
    agent.close();
  }
}
