package io.github.dnsonde.cli;

import io.github.dnsonde.agent.Agent;
import io.github.dnsonde.agent.AgentMode;
import io.github.dnsonde.agent.NodeMode;
import io.github.dnsonde.agent.SelfMode;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigWatch;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the agent until it is stopped. */
@Command(
    name = "agent",
    header = "Probe continuously, and export the results as metrics.",
    description = {
      "",
      "Runs until SIGTERM or SIGINT. A changed configuration file takes effect within seconds; an"
          + " invalid one is reported, and the previous one stays in force.",
      ""
    },
    footer = {
      "",
      "Exit status: 1 if it could not start or go on (see the log), 2 wrong usage or"
          + " configuration, 3 out of memory (in the image), otherwise that of the signal."
    })
public final class AgentCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;

  @Option(
      names = "--check-config",
      description = "Only check the configuration, and exit: 0 if valid, 2 if invalid.")
  private boolean checkOnly;

  @Override
  public Integer call() throws ConfigException, IOException, InterruptedException {
    if (checkOnly) {
      return check();
    }
    Optional<ConfigWatch> watch = config.watch();
    Config inForce = watch.isPresent() ? watch.get().inForce() : config.read();
    Agent agent =
        Agent.start(
            inForce, new Agent.Setup(watch, AgentCommand::surroundings, System.err, _ -> {}));
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(agent::close));
    Thread.setDefaultUncaughtExceptionHandler(agent::uncaught);
    agent.join();
    return ExitCode.SOFTWARE; // a signal would have ended the process before
  }

  /** Also reads the certificate, key and token that the configuration names. */
  private int check() throws ConfigException {
    try {
      Agent.protection(config.read().http());
    } catch (IOException e) {
      spec.commandLine().getErr().println(SafeText.line(String.valueOf(e.getMessage())));
      return ExitCode.USAGE;
    }
    spec.commandLine().getOut().println(SafeText.line(config.name()) + ": ok");
    return ExitCode.OK;
  }

  private static AgentMode surroundings(Config config) throws IOException {
    return switch (config.mode()) {
      case SELF -> new SelfMode();
      case NODE -> NodeMode.of(config);
    };
  }
}
