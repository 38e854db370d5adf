package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Runs one contender in a separate process: warms up, then runs once for each line of input. */
@Command(name = "ask", hidden = true)
final class AskCommand implements Callable<Integer> {

  @Option(names = "--contender")
  private Contender.Kind kind = Contender.Kind.EXCHANGE;

  @Option(names = "--transport", required = true)
  private Transport transport = Transport.UDP;

  @Option(names = "--load", required = true)
  private Load load = Load.PACED;

  @Option(names = "--server")
  private InetAddress server = ServeCommand.LOOPBACK;

  @Option(names = "--port", required = true)
  private int port;

  @Option(names = "--pods", description = "The folder of their namespaces' files; with --from.")
  private Path pods = Path.of("");

  @Option(names = "--from", description = "The address of the pod to probe from.")
  private Optional<InetAddress> from = Optional.empty();

  @Option(names = "--warm-up", required = true)
  private Duration warmUp = Duration.ZERO;

  @Option(names = "--length", required = true)
  private Duration length = Duration.ZERO;

  @Override
  public Integer call() throws IOException, Sockets.Unavailable {
    try (Contender contender = contender();
        BufferedReader requests =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      warmUp(contender);
      System.out.println("ready");
      while (requests.readLine() != null) {
        System.out.println(Run.of(contender, load, length).line());
      }
    }
    return ExitCode.OK;
  }

  private Contender contender() throws Sockets.Unavailable {
    InetSocketAddress asked = new InetSocketAddress(server, port);
    return from.isPresent()
        ? OurExchange.inPod(pods, from.get(), transport, asked)
        : kind.start(transport, asked);
  }

  /** Warms up, always flat out: that is the fastest way to have everything compiled. */
  private void warmUp(Contender contender) {
    Load.FLAT_OUT.drive(contender, warmUp);
    Run.of(contender, load, warmUp.dividedBy(4));
  }
}
