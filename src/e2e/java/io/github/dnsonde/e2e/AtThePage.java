package io.github.dnsonde.e2e;

import static io.github.dnsonde.e2e.Manifests.VICTIM;

import io.github.dnsonde.testkit.Browser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** A person at the controller's page. Without a browser, the scenes there are omitted. */
record AtThePage(Cluster cluster, Table table) {

  private static final Path LOG = Path.of("target", "incident", "page.log");

  /** Opens the page: its headline names the cause, and the namespace's view shows the fix. */
  void seen() throws IOException, InterruptedException {
    Instant began = Instant.now();
    if (!Browser.present()) {
      table.right("the page: omitted, because there is no chromium", "", "");
      return;
    }
    String fix = new OnCall(cluster).fix(VICTIM);
    try (OpenPage page = OpenPage.open(cluster, LOG)) {
      String cause = VICTIM + " cannot resolve: NetworkPolicy default-deny";
      boolean named = Stage.await(Stage.SHOWN, () -> page.headline().startsWith(cause));
      table.note("the page: the headline names the policy", named, page.headline());
      follow(page, "the page: one click leads to the fix", fix);
      table.time(
          "the page, from kubectl to the fix",
          Duration.between(began, Instant.now()),
          Stage.FOLLOWED);
    }
  }

  /** Returns the fix to apply, from the page if there is a browser. */
  String fix(String printed) throws IOException, InterruptedException {
    if (!Browser.present()) {
      return printed;
    }
    try (OpenPage page = OpenPage.open(cluster, LOG)) {
      return follow(page, "the page: the full fix", printed);
    }
  }

  private String follow(OpenPage page, String step, String fix) {
    String shown = page.followedToTheFix(VICTIM);
    boolean same = shown.strip().equals(fix.strip());
    table.note(step, same, same ? "" : shown);
    return shown;
  }

  /** Opens the page after the fix: its headline does not name the namespace any more. */
  void recovered() throws IOException, InterruptedException {
    if (Browser.present()) {
      try (OpenPage page = OpenPage.open(cluster, LOG)) {
        boolean recovered = Stage.await(Stage.SHOWN, () -> !page.headline().contains(VICTIM));
        table.note("the page: recovered by its own fix", recovered, page.headline());
      }
    }
  }
}
