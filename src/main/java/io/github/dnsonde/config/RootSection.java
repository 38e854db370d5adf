package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Choice;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.Values;

/** The whole configuration file. */
final class RootSection {

  private static final Scalar<Config.Mode> MODE =
      Scalar.of(
              "mode",
              Choice.of(Config.Mode.values(), Config.Mode::label),
              "self",
              "The network to probe from: `self` is the agent's own pod, `node` the pods of its"
                  + " node. `node` requires the capability SYS_ADMIN and read access to the"
                  + " Kubernetes API.")
          .fixedAtStart();

  static final Section<Config> SECTION =
      Section.of(
          "",
          RootSection::make,
          MODE,
          VantageSection.SECTION,
          ClusterSection.SECTION,
          KubernetesSection.SECTION,
          NamespacesSection.SECTION,
          PodsSection.SECTION,
          ServersSection.LIST,
          QuestionsSection.LIST,
          ScheduleSection.SECTION,
          HttpSection.SECTION,
          MetricsSection.SECTION,
          LoggingSection.SECTION,
          ProbePodsSection.SECTION,
          ReportsSection.SECTION,
          ControllerSection.SECTION);

  private RootSection() {}

  private static Config make(Values in) {
    ScheduleSection.Schedule schedule = in.get(ScheduleSection.SECTION);
    return new Config(
        in.get(MODE),
        in.get(VantageSection.SECTION),
        in.get(ClusterSection.SECTION),
        in.get(KubernetesSection.SECTION),
        in.get(NamespacesSection.SECTION),
        in.get(PodsSection.SECTION),
        ServersSection.make(in),
        in.get(QuestionsSection.LIST).stream().flatMap(item -> item.questions().stream()).toList(),
        in.get(QuestionsSection.LIST).stream().flatMap(item -> item.lookup().stream()).toList(),
        in.get(QuestionsSection.LIST).stream().flatMap(item -> item.trials().stream()).toList(),
        schedule.pace(),
        schedule.clusterBudget(),
        in.get(HttpSection.SECTION),
        in.get(MetricsSection.SECTION),
        in.get(LoggingSection.SECTION),
        in.get(ProbePodsSection.SECTION),
        in.get(ReportsSection.SECTION),
        in.get(ControllerSection.SECTION));
  }
}
