package io.github.dnsonde.e2e;

import io.github.dnsonde.e2e.monitoring.Daemon;
import io.github.dnsonde.testkit.Browser;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;

/** The page of the controller in a browser, over a port that kubectl forwards. */
final class OpenPage implements AutoCloseable {

  private static final int WIDTH = 1_280;
  private static final int HEIGHT = 900;

  private final Daemon forward;
  private final Browser browser;
  private final URI url;

  private OpenPage(Daemon forward, URI url) {
    this.forward = forward;
    this.url = url;
    this.browser = Browser.start();
  }

  /** Opens the page, as a person with kubectl does. */
  static OpenPage open(Cluster cluster, Path log) throws IOException, InterruptedException {
    InetSocketAddress address = Daemon.freeAddress();
    URI url = URI.create("http://" + Daemon.text(address) + "/");
    Daemon forward = cluster.forward(Release.NAMESPACE, Release.CONTROLLER, address, log);
    try {
      forward.awaitPage(url);
      OpenPage page = new OpenPage(forward, url);
      page.browser.look(WIDTH, HEIGHT, "light").open(url.toString());
      return page;
    } catch (IOException | RuntimeException failure) {
      forward.close();
      throw failure;
    }
  }

  /** The sentence above all. */
  String headline() {
    browser.awaitText(".age", "live");
    return browser.text(".headline h1");
  }

  /** Follows the link to a namespace, and returns the policy that the page suggests, or nothing. */
  String followedToTheFix(String namespace) {
    browser.open(url.toString()).awaitText("tbody", namespace);
    browser.element("tbody a[href*='name=" + namespace + "']").click();
    browser.awaitText("h1", "Namespace " + namespace);
    return browser.text(".fix pre");
  }

  @Override
  public void close() {
    browser.close();
    forward.close();
  }
}
