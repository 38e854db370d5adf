package io.github.dnsonde.cli;

import io.github.dnsonde.agent.Version;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.controller.Controller;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** Runs the controller until it is stopped. */
@Command(
    name = "controller",
    header = "Receive the reports of all agents, and show the cluster.",
    description = {
      "",
      "Listens for reports with TLS (controller.listen of the configuration), and accepts those of"
          + " the agents' service account only. Keeps everything in memory. Divides the work among"
          + " the agents if their plans need more than schedule.budget.cluster. Judges changes of"
          + " policies with controller.admission. Agents probe, export and alert the same without"
          + " it. One instance is enough for a cluster.",
      "",
      "Runs until SIGTERM or SIGINT. Needs permission to create token reviews, to list and watch"
          + " pods and nodes, to list namespaces, NetworkPolicies, and the Service and"
          + " EndpointSlices of the cluster's DNS, and to read and patch its Secret and its"
          + " ConfigMap; with controller.events.enabled also to create and patch Events."
          + " controller.admission needs the permissions of docs/install.md.",
      ""
    },
    footer = {
      "",
      "Exit status: 1 if it could not start or go on (see the log), 2 wrong usage or"
          + " configuration, 3 out of memory (in the image), otherwise that of the signal."
    })
public final class ControllerCommand implements Callable<Integer> {

  @Mixin private ConfigOption config;

  @Override
  public Integer call() throws ConfigException, IOException, InterruptedException {
    Controller controller = Controller.start(config.read(), Version.number(), System.err);
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(controller::close));
    Thread.setDefaultUncaughtExceptionHandler(controller::uncaught);
    controller.join();
    return ExitCode.SOFTWARE; // a signal would have ended the process before
  }
}
