package io.github.dnsonde.testkit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The machine's Chromium, without a window. It is driven by the driver of the same package. */
public final class Browser implements AutoCloseable {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Returns true if the machine has a browser and its driver. */
  public static boolean present() {
    return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
  }

  public static Browser start() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // CI runs as root
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--js-flags=--expose-gc",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .withLogFile(new File("/dev/null"))
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  public Browser open(String url) {
    driver.get(url);
    return this;
  }

  /** Sets the size of the viewport and the preferred colours. */
  public Browser look(int width, int height, String scheme) {
    cdp(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    return shown("", scheme);
  }

  /** Shows the page as it is printed, at the present width. */
  public Browser onPaper(String scheme) {
    return shown("print", scheme);
  }

  private Browser shown(String media, String scheme) {
    cdp(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            media,
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    return this;
  }

  /** Prints the page, on A4. */
  public byte[] pdf() {
    Map<String, Object> printed =
        cdp("Page.printToPDF", Map.of("paperWidth", 8.27, "paperHeight", 11.69));
    return Base64.getDecoder().decode(String.valueOf(printed.get("data")));
  }

  /** Sends a command of the Chrome DevTools Protocol. */
  public Map<String, Object> cdp(String command, Map<String, Object> parameters) {
    return driver.executeCdpCommand(command, parameters);
  }

  /** Runs a script in the page and returns its value. */
  public Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Runs a script whose last argument is the function that takes its value. */
  public Object runAsync(String script) {
    driver.manage().timeouts().scriptTimeout(LIMIT);
    return driver.executeAsyncScript(script);
  }

  public String text(String selector) {
    return String.valueOf(
        run(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)"
                + ".join('\\n')",
            selector));
  }

  public WebElement element(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  public void awaitText(String selector, String part) {
    await(selector + " says " + part, () -> text(selector).contains(part), selector);
  }

  public void await(String what, Callable<Boolean> condition, String shown) {
    long end = System.nanoTime() + LIMIT.toNanos();
    try {
      while (!condition.call()) {
        if (System.nanoTime() > end) {
          throw new AssertionError(
              "not within " + LIMIT + ": " + what + "; it says: " + text(shown));
        }
        Thread.sleep(20);
      }
    } catch (Exception e) {
      throw new AssertionError(what, e);
    }
  }

  /** The complaints of the console: errors, and violations of the content security policy. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** The parts that people with some disability could not use, by the rules of axe. */
  public List<String> barriers() {
    try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
      run(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Object found =
        runAsync(
            """
            const done = arguments[arguments.length - 1];
            axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(
              result => done(result.violations.flatMap(rule => rule.nodes.map(
                node => rule.id + ': ' + node.html.slice(0, 200) + ' ' + node.failureSummary))),
              failure => done(['axe: ' + failure]));
            """);
    return ((List<?>) found).stream().map(String::valueOf).toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
