package io.github.dnsonde.e2e;

import static io.github.dnsonde.e2e.Manifests.NEIGHBOURS;
import static io.github.dnsonde.e2e.Manifests.VICTIM;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The scenes. Each records the agents' observations in the table. */
record Stage(Cluster cluster, Release release, Watchers watchers, Table table) {

  private static final Set<String> EVERYTHING =
      Set.of("kube-dns udp", "kube-dns tcp", "node-local-dns udp", "node-local-dns tcp");
  private static final Duration SEEN = Duration.ofSeconds(10);
  private static final Duration RECOVERED = Duration.ofSeconds(20);

  /** The time limit for alerts, with intervals of 15 s between scrapes and between evaluations. */
  private static final Duration ALERTED = Duration.ofSeconds(90);

  /** Time limit for a change of alerts: a cut-off fires on for a minute, its parts wait for two. */
  private static final Duration ALERTS_CHANGED = Duration.ofMinutes(4);

  private static final Duration RESOLVED = Duration.ofMinutes(3);

  private static final Set<String> BOTH = Set.of("kube-dns", "node-local-dns");

  /**
   * The time for a round of queries, and for a program in each agent's pod that reads the result.
   */
  private static final Duration FOUND = Duration.ofSeconds(30);

  /** Time limit for a merged finding after the agents', one of our programs there included. */
  private static final Duration MERGED = Duration.ofSeconds(5);

  /** Time limit for a person who follows an instruction. */
  static final Duration FOLLOWED = Duration.ofMinutes(1);

  /** The controller reads the policies of failing namespaces every 10 s; twice that. */
  static final Duration SHOWN = Duration.ofSeconds(20);

  private static final Duration DIFFERS = Duration.ofSeconds(60);

  static final String NAMESPACE_CUT_OFF = "DnsondeNamespaceCutOff critical " + VICTIM;

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final Duration TWICE_THE_LONGEST_BACKOFF = Duration.ofMinutes(2);

  /** The time after which a pod's failures count. */
  private static final Duration YOUTH = Duration.ofSeconds(31);

  private static final DateTimeFormatter ENGINE_TIME =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss");
  private static final Pattern LOADED = Pattern.compile("(?m)^(.{19}) loaded: .*$");

  /**
   * The definitions of other kinds. kubectl reads them, from the folder where Maven starts this.
   */
  private static final String OTHER_KINDS =
      Path.of("src", "test", "resources", "crds", "other-policies.yaml").toAbsolutePath() + "";

  /** A namespace without pods. */
  static final String EMPTY = "quiet";

  /** A condition that can be checked repeatedly. */
  interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private Agents agents() {
    return new Agents(cluster, Release.NAMESPACE, Release.NAME);
  }

  private List<String> namespaces() {
    return List.of(VICTIM, NEIGHBOURS.get(0), NEIGHBOURS.get(1));
  }

  /** Waits for a condition; returns false if it did not hold in time. */
  static boolean await(Duration limit, Condition condition)
      throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(limit);
    while (!condition.holds()) {
      if (Instant.now().isAfter(deadline)) {
        return false;
      }
      Thread.sleep(250); // a cluster cannot notify us
    }
    return true;
  }

  /** Creates policies that only other engines can evaluate, but that select none of the pods. */
  void otherKinds() throws IOException {
    cluster.kubectl("create", "-f", OTHER_KINDS);
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", OTHER_KINDS);
    cluster.apply(Manifests.ofOtherKinds());
  }

  void otherKindsCleared() throws IOException {
    cluster.kubectl("delete", "-f", OTHER_KINDS);
  }

  void workloads(String image) throws IOException {
    for (String namespace : namespaces()) {
      cluster.apply(Manifests.workload(namespace, 20, image));
    }
    for (String namespace : namespaces()) {
      cluster.kubectl("rollout", "status", "deployment/web", "-n", namespace, "--timeout=180s");
    }
  }

  void install() throws IOException {
    Instant began = Instant.now();
    release.install("config: {metrics: {detail: full}}\ncontroller: {events: {enabled: true}}\n");
    table.right("helm install, all agents ready", since(began), "");
  }

  void baseline() throws IOException, InterruptedException {
    Instant young = Instant.now().plus(YOUTH);
    boolean well =
        await(
            PATIENCE,
            () ->
                agents().all(page -> asked(page) && failing(page).isEmpty())
                    && Instant.now().isAfter(young));
    table.note(
        "baseline: every namespace is probed on every node, nothing fails", well, failingNow());
    watchers.scrape(agents().pods());
    for (String watcher : watchers.names()) {
      int nodes = agents().nodes().size();
      boolean scraped = await(PATIENCE, () -> watchers.scraped(watcher) == nodes);
      table.note(watcher + " scrapes every agent", scraped, "");
    }
  }

  /**
   * Waits until these alerts fire in every Prometheus, and no others.
   *
   * @param alerts in the form of {@link Watchers#firing}
   */
  private void alerted(String step, Instant began, Duration limit, Set<String> alerts)
      throws IOException, InterruptedException {
    for (String watcher : watchers.names()) {
      boolean right = await(limit, () -> watchers.firing(watcher).equals(alerts));
      String what = step + " → " + watcher + ": " + (alerts.isEmpty() ? "no alert" : alerts);
      if (right) {
        table.time(what, Duration.between(began, Instant.now()), limit);
      } else {
        table.wrong(what, watchers.firing(watcher).toString(), "");
      }
    }
  }

  /** Checks that only the victim's team got alerts. */
  void neighboursQuiet(Instant since) throws IOException, InterruptedException {
    for (String watcher : watchers.names()) {
      Set<String> others = new TreeSet<>(watchers.fired(watcher, since));
      others.removeIf(alert -> alert.contains(" " + VICTIM));
      table.note(
          watcher + ": no alert but those of " + VICTIM, others.isEmpty(), others.toString());
    }
  }

  private boolean asked(Page page) {
    return namespaces().stream().allMatch(namespace -> page.asked(namespace) > 0);
  }

  private static String since(Instant began) {
    return Table.seconds(Duration.between(began, Instant.now()));
  }

  private Set<String> failing(Page page) {
    return namespaces().stream()
        .filter(namespace -> !page.failing(namespace).isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String failingNow() throws IOException {
    Map<String, Page> pages = agents().pages();
    return pages.entrySet().stream()
        .flatMap(
            page ->
                namespaces().stream()
                    .filter(namespace -> !page.getValue().failing(namespace).isEmpty())
                    .map(
                        namespace ->
                            page.getKey()
                                + " "
                                + namespace
                                + " "
                                + page.getValue().failing(namespace)))
        .collect(Collectors.joining("; "));
  }

  /** Waits until every node's agent reports exactly these policies as the cause. */
  private void explained(String step, Instant failing, List<String> policies, Set<String> servers)
      throws IOException, InterruptedException {
    boolean named =
        await(
            PATIENCE,
            () ->
                agents().explained(VICTIM).values().stream()
                    .allMatch(diagnosis -> names(diagnosis, policies, servers)));
    if (named) {
      table.time(
          step + " → found on every node: egress_denied by " + policies,
          Duration.between(failing, Instant.now()),
          FOUND);
    } else {
      table.wrong(step + ": found", agents().explained(VICTIM).toString(), policies.toString());
    }
  }

  private static boolean names(Diagnosis found, List<String> policies, Set<String> servers) {
    return found.findings().size() == 1
        && found.findings().getFirst().code() == Finding.Code.EGRESS_DENIED
        && found.findings().getFirst().confidence() == Finding.Confidence.LIKELY
        && found.findings().getFirst().policies().equals(policies)
        && Set.copyOf(found.findings().getFirst().subject().servers()).equals(servers);
  }

  /**
   * Applies a default-deny: it affects both servers and transports on every node, in one namespace.
   */
  void denied() throws IOException, InterruptedException {
    Instant applied = Instant.now();
    cluster.apply(Manifests.denied());
    boolean seen = await(PATIENCE, () -> agents().all(page -> !page.failing(VICTIM).isEmpty()));
    Instant first = Instant.now();
    table.time(
        "default-deny loaded → first failure on every node",
        Duration.between(loaded(applied), first),
        SEEN);
    boolean everything =
        seen
            && await(PATIENCE, () -> agents().all(page -> page.failing(VICTIM).equals(EVERYTHING)));
    table.note("default-deny: both servers over both transports", everything, failingNow());
    explained("default-deny", first, List.of("payments/default-deny"), BOTH);
    merged(Instant.now());
    table.note("default-deny: no other namespace fails", neighboursWell(), neighboursFailing());
    table.note("default-deny: every verdict is certain", agents().all(this::isCertain), "");
    alerted("default-deny", applied, ALERTED, Set.of(NAMESPACE_CUT_OFF));
    actionFollowed();
    String line = "on 10.96.0.10:53: read udp";
    boolean logged = await(RECOVERED, () -> agents().logs(60).contains(line));
    table.note("default-deny: the log has “lookup … " + line + " …”", logged, "");
  }

  /**
   * Waits until the controller has merged the findings of all nodes into one.
   *
   * @param found the time when every agent had it
   */
  private void merged(Instant found) throws IOException, InterruptedException {
    List<String> nodes = agents().nodes();
    boolean merged =
        await(
            PATIENCE,
            () ->
                onCall()
                    .onlyFinding(VICTIM)
                    .filter(finding -> finding.code() == Finding.Code.EGRESS_DENIED)
                    .filter(finding -> finding.subject().nodes().equals(nodes))
                    .isPresent());
    String step =
        "default-deny → kubectl dnsonde explain: one finding for " + nodes + ", after the agents'";
    if (merged) {
      table.time(step, Duration.between(found, Instant.now()), MERGED);
    } else {
      table.wrong(step, onCall().explained(VICTIM).toString(), "");
    }
  }

  AtThePage atThePage() {
    return new AtThePage(cluster, table);
  }

  private OnCall onCall() {
    return new OnCall(cluster);
  }

  /** Follows the text of the alert to the letter: it names the cause and prints the fix. */
  private void actionFollowed() throws IOException, InterruptedException {
    for (String watcher : watchers.names()) {
      String action = watchers.action(watcher, "DnsondeNamespaceCutOff").orElse("");
      Instant began = Instant.now();
      String printed = onCall().run(OnCall.command(action));
      String step = watcher + ": the alert's action, " + OnCall.command(action);
      if (printed.contains("NetworkPolicy default-deny isolates pods of namespace " + VICTIM)
          && printed.contains("\nThis would fix it:\n")) {
        table.time(step, Duration.between(began, Instant.now()), FOLLOWED);
      } else {
        table.wrong(step, printed, "cause and fix");
      }
    }
  }

  /** Runs the other commands of the plugin with the real kubectl, while an alert is awaited. */
  private void shownByThePlugin() throws IOException, InterruptedException {
    String pod =
        cluster
            .kubectl("get", "pods", "-n", VICTIM, "-o", "jsonpath={.items[0].metadata.name}")
            .strip();
    shown("status", VICTIM + " ");
    shown("incident " + VICTIM, "**policy** NetworkPolicy payments/allow-dns");
    shown("check " + VICTIM + "/" + pod + " --timeout 1s", " unanswered");
    shown("vantages " + VICTIM + "/" + pod + " --namespace " + VICTIM, pod);
    shown("check --node " + agents().nodes().getFirst(), "8 good");
  }

  private void shown(String command, String part) throws IOException, InterruptedException {
    boolean shown = await(SHOWN, () -> onCall().run("kubectl dnsonde " + command).contains(part));
    table.note("kubectl dnsonde " + command.split(" ", 2)[0] + ": " + part, shown, "");
  }

  /** Returns whether the verdicts are deny for the victim, and allow for the other namespaces. */
  private boolean isCertain(Page page) {
    return namespaces().stream()
        .allMatch(
            namespace ->
                page.verdicts(namespace)
                    .equals(Set.of(namespace.equals(VICTIM) ? "deny" : "allow")));
  }

  private boolean neighboursWell() throws IOException {
    return agents()
        .all(page -> NEIGHBOURS.stream().allMatch(namespace -> page.failing(namespace).isEmpty()));
  }

  private String neighboursFailing() throws IOException {
    return neighboursWell() ? "" : failingNow();
  }

  /** Returns the time when all engines had loaded the latest policies; elsewhere, when applied. */
  private Instant loaded(Instant applied) throws IOException {
    if (!cluster.isTestCluster()) {
      return applied;
    }
    Instant latest = applied;
    for (String node : agents().nodes()) {
      Matcher lines = LOADED.matcher(cluster.part("logs", node, "netpol"));
      while (lines.find()) {
        Instant time =
            LocalDateTime.parse(lines.group(1), ENGINE_TIME)
                .atZone(ZoneId.systemDefault())
                .toInstant();
        latest = time.isAfter(latest) ? time : latest;
      }
    }
    return latest;
  }

  /** Applies a policy that allows only these paths; the remaining ones have their own alerts. */
  void halfFixed(String step, String policy, List<String> well, Set<String> alerts)
      throws IOException, InterruptedException {
    Instant applied = Instant.now();
    cluster.apply(policy);
    Set<String> expected = new TreeSet<>(EVERYTHING);
    well.forEach(expected::remove);
    boolean right =
        await(PATIENCE, () -> agents().all(page -> page.failing(VICTIM).equals(expected)));
    Instant failing = Instant.now();
    table.note(step + ": exactly " + expected, right && neighboursWell(), failingNow());
    explained(
        step,
        failing,
        List.of("payments/allow-dns", "payments/default-deny"),
        expected.stream()
            .map(path -> path.split(" ", 2)[0])
            .collect(Collectors.toCollection(TreeSet::new)));
    shownByThePlugin();
    alerted(step, applied, ALERTS_CHANGED, alerts);
  }

  /**
   * Applies the policy that the controller prints, unchanged. On a test cluster, the policy engine
   * of one node does not run at first: its old rules remain.
   */
  void fixed() throws IOException, InterruptedException {
    String printed = onCall().fix(VICTIM);
    table.note(
        "kubectl dnsonde explain --fix: that of the agents",
        printed.equals(agents().fix(VICTIM)),
        "");
    String fix = atThePage().fix(printed);
    String last = agents().nodes().getLast();
    if (cluster.isTestCluster() && agents().nodes().size() > 1) {
      cluster.part("stop", "netpol", last);
      cluster.apply(fix);
      nodeDiffers(last);
      cluster.part("start", "netpol", last);
    }
    Instant applied = Instant.now();
    cluster.apply(fix);
    boolean well = await(PATIENCE, () -> agents().all(page -> failing(page).isEmpty()));
    Instant recovered = Instant.now();
    table.time("full fix → nothing fails", Duration.between(applied, recovered), RECOVERED);
    table.note("full fix", well, failingNow());
    atThePage().recovered();
    alerted("full fix", applied, RESOLVED, Set.of());
  }

  /** Waits until the controller names the node that does not follow the policies. */
  private void nodeDiffers(String node) throws IOException, InterruptedException {
    Instant began = Instant.now();
    boolean named =
        await(
            PATIENCE,
            () ->
                onCall()
                    .onlyFinding(VICTIM)
                    .filter(finding -> finding.code() == Finding.Code.NODE_POLICY_DIFFERS)
                    .filter(finding -> finding.subject().nodes().equals(List.of(node)))
                    .isPresent());
    String step = "full fix, no policy engine on " + node + " → node_policy_differs names " + node;
    if (named) {
      table.time(step, Duration.between(began, Instant.now()), DIFFERS);
    } else {
      table.wrong(step, onCall().explained(VICTIM).toString(), "");
    }
  }

  /** Scales CoreDNS to zero: the Service has no endpoints, and the cache no server to query. */
  void noClusterDns() throws IOException, InterruptedException {
    cluster.kubectl("scale", "-n", "kube-system", "deployment/coredns", "--replicas=0");
    Instant began = Instant.now();
    Duration limit = Duration.ofSeconds(70);
    boolean seen =
        await(limit, () -> agents().all(page -> page.failing("shop").equals(EVERYTHING)));
    table.time(
        "CoreDNS at zero → both servers fail", Duration.between(began, Instant.now()), limit);
    table.note(
        "CoreDNS at zero: kube-dns",
        seen,
        reasons("kube-dns udp") + ", " + reasons("kube-dns tcp"));
    boolean found =
        await(
            PATIENCE,
            () ->
                agents().explained("shop").values().stream()
                    .allMatch(
                        diagnosis ->
                            diagnosis.findings().stream()
                                .anyMatch(finding -> finding.code() == Finding.Code.NO_ENDPOINTS)));
    table.note("CoreDNS at zero: found on every node: no_endpoints", found, "");
    boolean reported =
        await(
            PATIENCE,
            () -> onCall().run("kubectl dnsonde explain shop").contains("\n  no_endpoints, "));
    table.note("CoreDNS at zero: the controller knows it, so reports go on", reported, "");
    table.note("CoreDNS at zero: node-local-dns", seen, reasons("node-local-dns udp"));
    cluster.kubectl("scale", "-n", "kube-system", "deployment/coredns", "--replicas=2");
    cluster.kubectl(
        "rollout", "status", "-n", "kube-system", "deployment/coredns", "--timeout=120s");
    boolean well = await(PATIENCE, () -> agents().all(page -> failing(page).isEmpty()));
    table.note("CoreDNS back", well, failingNow());
  }

  private String reasons(String path) throws IOException {
    return path
        + " "
        + agents().pages().values().stream()
            .flatMap(page -> page.reasons("shop", path).entrySet().stream())
            .filter(reason -> reason.getValue() > 0)
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Stops the resolver that CoreDNS forwards to: only external names fail. */
  void upstreamGone(String part, String how) throws IOException, InterruptedException {
    cluster.part("stop", part);
    try {
      boolean seen =
          await(
              PATIENCE,
              () ->
                  agents()
                      .all(
                          page ->
                              page.failing("shop", "external").equals(EVERYTHING)
                                  && page.failing("shop", "internal").isEmpty()));
      table.note(how + " upstream: only external names fail", seen, reasons("kube-dns udp"));
    } finally {
      cluster.part("start", part);
    }
    boolean well = await(PATIENCE, () -> agents().all(page -> failing(page).isEmpty()));
    table.note(how + " upstream fixed", well, failingNow());
  }

  /** Stops the API server: probing and reports continue without it. */
  void apiServerAway(Duration howLong) throws IOException, InterruptedException {
    Map<String, Page> before = agents().pages();
    double reports = reports();
    cluster.part("stop", "apiserver");
    Thread.sleep(howLong); // the scene itself: nothing can be queried meanwhile
    cluster.part("start", "apiserver");
    Instant back = Instant.now();
    double least = howLong.toSeconds() / 10.0 * 8 * 0.9; // eight probes from a namespace each 10 s
    boolean wentOn =
        await(
            PATIENCE,
            () ->
                agents().pages().entrySet().stream()
                    .allMatch(
                        page ->
                            page.getValue().asked("shop")
                                    - before.getOrDefault(page.getKey(), new Page("")).asked("shop")
                                >= least));
    table.note(
        "API server away for " + howLong.toSeconds() + " s: probing continued",
        wentOn,
        failingNow());
    double expected = reports + howLong.toSeconds() / 10.0 * before.size() * 0.9; // each 10 s
    table.note("API server away: reports continued", reports() >= expected, "");
    boolean heard =
        await(TWICE_THE_LONGEST_BACKOFF, () -> agents().all(page -> heardSince(page, back)));
    table.note("API server back: every agent is up to date after " + since(back), heard, "");
  }

  private static boolean heardSince(Page page, Instant time) {
    return page.value("dnsonde_kube_last_sync_timestamp_seconds")
        .filter(seconds -> seconds > time.getEpochSecond())
        .isPresent();
  }

  /** Deletes an agent's pod: another replaces it. */
  void agentKilled() throws IOException, InterruptedException {
    Map<String, String> before = agents().pods();
    String node = before.keySet().iterator().next();
    Instant began = Instant.now();
    cluster.kubectl(
        "delete",
        "pod",
        "-n",
        Release.NAMESPACE,
        before.get(node) + "",
        "--grace-period=0",
        "--force");
    boolean back =
        await(
            PATIENCE,
            () -> {
              Map<String, String> now = agents().pods();
              return now.size() == before.size()
                  && !now.getOrDefault(node, "").equals(before.get(node))
                  && agents().all(page -> asked(page) && failing(page).isEmpty());
            });
    table.note("an agent killed: another probes after " + since(began), back, failingNow());
  }

  /** Waits until every agent's reports arrive at the controller. */
  void reported() throws IOException, InterruptedException {
    Instant began = Instant.now();
    boolean all = everyAgentReports();
    int nodes = agents().nodes().size();
    table.note("every agent reports to the controller, after " + since(began), all, "");
    // A pod that has just started may be in a report before the controller's watch shows it.
    Page before = controller();
    double reports = before.value("dnsonde_controller_reports_total").orElse(0.0);
    boolean believed =
        await(
                PATIENCE,
                () ->
                    controller().value("dnsonde_controller_reports_total").orElse(0.0)
                        >= reports + 2 * nodes)
            && controller()
                .value("dnsonde_controller_report_parts_doubted_total")
                .equals(before.value("dnsonde_controller_report_parts_doubted_total"));
    table.note("every pod of the reports is on its node", believed, "");
  }

  /** Checks that the victim has an Event about the policy, and that nobody learns of another. */
  void eventWritten() throws IOException, InterruptedException {
    Instant began = Instant.now();
    WrittenEvents events = new WrittenEvents(cluster);
    boolean written =
        await(
            PATIENCE,
            () ->
                events.in(VICTIM).stream()
                    .anyMatch(
                        event ->
                            event.reason().equals("DNSCutOff")
                                && event.about().equals("NetworkPolicy/default-deny")));
    table.note(
        "Event DNSCutOff about the policy, after " + since(began), written, events.in(VICTIM) + "");
    table.note(
        "Events of the victim name no other tenant and no node",
        events.nameNobodyElse(agents().nodes()) && events.areOfNobodyElse(),
        events.in(VICTIM) + "");
  }

  /** Checks that a controller that was killed continues the Event, and makes no second one. */
  void eventContinued() throws IOException, InterruptedException {
    WrittenEvents events = new WrittenEvents(cluster);
    int before = events.in(VICTIM).size();
    boolean continued = await(TWICE_THE_LONGEST_BACKOFF, () -> events.count("DNSCutOff") >= 2);
    table.note(
        "controller killed: it continues its Event",
        continued && events.in(VICTIM).size() == before,
        events.in(VICTIM) + "");
  }

  /** Checks that the victim has an Event that its queries are answered again. */
  void eventOfTheEnd() throws IOException, InterruptedException {
    WrittenEvents events = new WrittenEvents(cluster);
    boolean written = await(PATIENCE, () -> events.count("DNSRestored") == 1);
    table.note("full fix: Event DNSRestored", written, events.in(VICTIM) + "");
  }

  /** Returns the number of reports that the controller has accepted. */
  private double reports() throws IOException {
    return controller().value("dnsonde_controller_reports_total").orElse(0.0);
  }

  private boolean everyAgentReports() throws IOException, InterruptedException {
    int nodes = agents().nodes().size();
    return await(
        PATIENCE,
        () ->
            controller()
                .value("dnsonde_controller_nodes_reporting")
                .equals(Optional.of((double) nodes)));
  }

  /** Kills the controller during the incident: nothing that pages may change. */
  void controllerKilled() throws IOException, InterruptedException {
    Instant began = Instant.now();
    cluster.kubectl(
        "delete",
        "pod",
        "-n",
        Release.NAMESPACE,
        "-l",
        "app.kubernetes.io/component=controller",
        "--grace-period=0",
        "--force");
    boolean back = everyAgentReports();
    table.note("controller killed: every agent reports again after " + since(began), back, "");
    boolean same =
        agents().all(page -> page.failing(VICTIM).equals(EVERYTHING)) && neighboursWell();
    table.note("controller killed: the agents see the same", same, failingNow());
    for (String watcher : watchers.names()) {
      Set<String> fired = watchers.fired(watcher, began);
      table.note(
          "controller killed → " + watcher + ": the same alerts",
          fired.equals(Set.of(NAMESPACE_CUT_OFF)),
          fired.toString());
    }
  }

  /** The metrics of the controller; none while it does not run. */
  private Page controller() throws IOException {
    String pod =
        cluster
            .kubectl(
                "get",
                "pods",
                "-n",
                Release.NAMESPACE,
                "-l",
                "app.kubernetes.io/component=controller",
                "--field-selector=status.phase=Running",
                "-o",
                "jsonpath={.items[*].metadata.name}")
            .strip();
    return pod.isEmpty() || pod.contains(" ") ? new Page("") : agents().page(pod);
  }

  /** Replaces all agents, one after the other. */
  void agentsRolled() throws IOException, InterruptedException {
    Set<String> before = Set.copyOf(agents().pods().values());
    cluster.kubectl("rollout", "restart", "daemonset/" + Release.NAME, "-n", Release.NAMESPACE);
    release.rolledOut();
    boolean well =
        await(
            PATIENCE,
            () ->
                agents().pods().values().stream().noneMatch(before::contains)
                    && agents().all(page -> asked(page) && failing(page).isEmpty()));
    table.note("agents rolled: nothing fails meanwhile or afterwards", well, failingNow());
  }

  /** Checks that a namespace without pods gets a probe pod from the controller. */
  void emptyNamespaceSeen(String image) throws IOException, InterruptedException {
    cluster.apply(Manifests.namespace(EMPTY, "dnsonde-e2e: empty"));
    release.install(
        """
        probePods:
          %s
          managed: {enabled: true, namespaces: {include: [%s]}}
        """
                .formatted(Release.image(image).strip(), EMPTY)
            + Divided.values());
    Instant began = Instant.now();
    boolean seen =
        await(
            PATIENCE,
            () -> agents().pages().values().stream().anyMatch(page -> page.asked(EMPTY) > 0));
    table.note("managed probe pods: an empty namespace is probed after " + since(began), seen, "");
  }

  /** Reports the kernel's counters for the agents' containers, from their cgroups. */
  void footprint(int namespaces) throws IOException {
    if (!cluster.isTestCluster()) {
      return;
    }
    for (String node : agents().nodes()) {
      String counted = cluster.part("exec", node, "sh", "-c", FOOTPRINT);
      table.right(
          "container of the agent on "
              + node
              + ", "
              + namespaces
              + " namespaces, 10 pods of each on the node",
          counted.strip(),
          "");
    }
  }

  /** A script that reads the counters of cgroups(7), version 1 or 2. */
  private static final String FOOTPRINT =
      """
      pid=$(pgrep -f 'bin/dnsonde|dnsonde.* agent' | head -1)
      group=$(awk -F: '$2 == "memory" || $2 == "" { print $3; exit }' /proc/$pid/cgroup)
      for file in /sys/fs/cgroup/memory$group/memory.usage_in_bytes /sys/fs/cgroup$group/memory.current; do
        [ -r $file ] && printf '%d MiB in its cgroup, ' $(($(cat $file) / 1048576))
      done
      awk '/VmRSS/ { printf "%d MiB resident, ", $2 / 1024 }' /proc/$pid/status
      awk -v hz=$(getconf CLK_TCK) -v up="$(ps -o etimes= -p $pid)" \
        '{ printf "%.1f %% of a processor over %d s", ($14 + $15) * 100 / hz / up, up }' /proc/$pid/stat
      """;

  void upgraded() throws IOException, InterruptedException {
    release.install("config: {schedule: {period: 5s}, metrics: {detail: full}}\n");
    boolean faster =
        await(
            PATIENCE,
            () ->
                agents()
                    .all(
                        page ->
                            page.samples("dnsonde_probe_interval_seconds")
                                .filter(s -> s.label("source_namespace").equals("shop"))
                                .anyMatch(s -> s.value() < 6)));
    table.note("helm upgrade: the new period is in force", faster, "");
  }

  void uninstalled() throws IOException, InterruptedException {
    release.uninstall();
    boolean gone = await(PATIENCE, () -> left().isBlank());
    table.note("helm uninstall: no object remains", gone, left().strip());
  }

  Divided divided() {
    return new Divided(cluster, namespaces(), table);
  }

  private String left() throws IOException {
    return cluster.kubectl(
            "get",
            "all,configmaps,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings,networkpolicies",
            "-A",
            "-l",
            "app.kubernetes.io/instance=" + Release.NAME,
            "-o",
            "name")
        + cluster.kubectl("get", "all", "-n", EMPTY, "-o", "name");
  }

  void cleared(List<String> namespaces) throws IOException {
    for (String namespace : namespaces) {
      cluster.kubectl("delete", "namespace", namespace, "--wait=false");
    }
    cluster.kubectl("delete", "namespace", Release.NAMESPACE, "--wait=false");
  }
}
