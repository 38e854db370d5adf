package io.github.dnsonde.config;

import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.Question;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the text of one scalar becomes a value. */
sealed interface Kind<T> {

  /** What such a value is, for the reference. */
  String name();

  /** Its limits, for the reference; empty where there are none. */
  String range();

  /** What would be right, when what was found is nothing of the kind. */
  String expected();

  /**
   * Reads a value.
   *
   * @throws Unfit if the text is not of this kind or outside its range
   */
  T read(String text) throws Unfit;

  /** The text is no such value; the message is what was expected instead. */
  final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(String expected) {
      super(expected, null, false, false);
    }

    String expected() {
      return String.valueOf(getMessage());
    }
  }

  /** One of a few words. */
  record Choice<T>(Map<String, T> words) implements Kind<T> {
    @Override
    public String name() {
      return "word";
    }

    @Override
    public String range() {
      return String.join(", ", words.keySet());
    }

    @Override
    public String expected() {
      return words.size() == 1 ? range() : "one of " + range();
    }

    @Override
    public T read(String text) throws Unfit {
      T value = words.get(text);
      if (value != null) {
        return value;
      }
      throw new Unfit(expected());
    }
  }

  /** A number without sign, point or exponent. */
  record WholeNumber(int least, int most) implements Kind<Integer> {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    @Override
    public String name() {
      return "whole number";
    }

    @Override
    public String range() {
      return least + " to " + most;
    }

    @Override
    public String expected() {
      return "a whole number from " + range();
    }

    @Override
    public Integer read(String text) throws Unfit {
      if (!DIGITS.matcher(text).matches()) {
        throw new Unfit(expected());
      }
      int number = Integer.parseInt(text);
      if (number < least || number > most) {
        throw new Unfit(expected());
      }
      return number;
    }
  }

  /** A length of time, written as in Prometheus and Go but in whole numbers: {@code 1m30s}. */
  record Time(Duration least, Duration most) implements Kind<Duration> {
    private static final Pattern UNITS =
        Pattern.compile(
            "(?=.)(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,9})ms)?");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final long MILLIS_PER_SECOND = 1_000;
    private static final long MILLIS_PER_MINUTE = 60 * MILLIS_PER_SECOND;
    private static final long MILLIS_PER_HOUR = 60 * MILLIS_PER_MINUTE;

    @Override
    public String name() {
      return "duration";
    }

    @Override
    public String range() {
      return text(least) + " to " + text(most);
    }

    @Override
    public String expected() {
      return "a duration such as 10s or 250ms";
    }

    @Override
    public Duration read(String text) throws Unfit {
      if (DIGITS.matcher(text).matches()) {
        throw new Unfit("a duration with its unit, such as 10s or 250ms");
      }
      Matcher units = UNITS.matcher(text);
      if (!units.matches()) {
        throw new Unfit(expected());
      }
      Duration duration =
          Duration.ofMillis(
              number(units.group(1)) * MILLIS_PER_HOUR
                  + number(units.group(2)) * MILLIS_PER_MINUTE
                  + number(units.group(3)) * MILLIS_PER_SECOND
                  + number(units.group(4)));
      if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
        throw new Unfit("a duration from " + range());
      }
      return duration;
    }

    private static long number(@Nullable String digits) {
      return digits == null ? 0 : Long.parseLong(digits);
    }

    /** In the largest unit that leaves no rest. */
    private static String text(Duration duration) {
      long millis = duration.toMillis();
      if (millis % MILLIS_PER_SECOND != 0) {
        return millis + "ms";
      }
      if (millis % MILLIS_PER_MINUTE != 0 || millis == 0) {
        return millis / MILLIS_PER_SECOND + "s";
      }
      return millis % MILLIS_PER_HOUR == 0
          ? millis / MILLIS_PER_HOUR + "h"
          : millis / MILLIS_PER_MINUTE + "m";
    }
  }

  /** {@code true} or {@code false}. */
  record YesOrNo() implements Kind<Boolean> {
    @Override
    public String name() {
      return "boolean";
    }

    @Override
    public String range() {
      return "true, false";
    }

    @Override
    public String expected() {
      return "true or false";
    }

    @Override
    public Boolean read(String text) throws Unfit {
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new Unfit(expected());
      };
    }
  }

  /**
   * A name in the letters that Kubernetes gives its objects (RFC 1123 §2.1), so that it is pleasant
   * as a label value too.
   *
   * @param least 0 if it may be empty
   * @param example a name of the kind
   */
  record Name(int least, int most, String example) implements Kind<String> {
    private static final Pattern LETTERS = Pattern.compile("(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)?");

    @Override
    public String name() {
      return "name";
    }

    @Override
    public String range() {
      return least + " to " + most + " characters";
    }

    @Override
    public String expected() {
      return "a name of at most "
          + most
          + " characters a-z, 0-9, '-' and '.', first and last a letter or digit, such as "
          + example;
    }

    @Override
    public String read(String text) throws Unfit {
      if (text.length() < least || text.length() > most || !LETTERS.matcher(text).matches()) {
        throw new Unfit(expected());
      }
      return text;
    }
  }

  /** The address of one host, as a literal: nothing is ever looked up to reach a server. */
  record Address() implements Kind<InetAddress> {
    @Override
    public String name() {
      return "IP address";
    }

    @Override
    public String range() {
      return "";
    }

    @Override
    public String expected() {
      return "an IP address such as 10.96.0.10 or fd00::a, never a name";
    }

    @Override
    public InetAddress read(String text) throws Unfit {
      InetAddress address = Literals.address(text).orElseThrow(() -> new Unfit(expected()));
      if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
        throw new Unfit("the IP address of one host");
      }
      return address;
    }
  }

  /** Where to listen. */
  record Listen() implements Kind<InetSocketAddress> {
    private static final Pattern HOST_PORT =
        Pattern.compile("(?:\\[([^\\]]*:[^\\]]*)\\]|([^:\\[\\]]*)):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    @Override
    public String name() {
      return "listen address";
    }

    @Override
    public String range() {
      return "port 0 to " + MAX_PORT + "; 0: the system chooses";
    }

    @Override
    public String expected() {
      return "a listen address such as :9053, 127.0.0.1:9054 or [::1]:9054";
    }

    @Override
    public InetSocketAddress read(String text) throws Unfit {
      Matcher parts = HOST_PORT.matcher(text);
      if (!parts.matches()) {
        throw new Unfit(expected());
      }
      int port = Integer.parseInt(parts.group(3));
      if (port > MAX_PORT) {
        throw new Unfit("a port from 0 to " + MAX_PORT);
      }
      String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
      return host.isEmpty()
          ? new InetSocketAddress(port)
          : new InetSocketAddress(
              Literals.address(host).orElseThrow(() -> new Unfit(expected())), port);
    }
  }

  /** Where to listen, or nowhere. */
  record OptionalListen() implements Kind<Optional<InetSocketAddress>> {
    private static final Listen LISTEN = new Listen();

    @Override
    public String name() {
      return LISTEN.name();
    }

    @Override
    public String range() {
      return LISTEN.range();
    }

    @Override
    public String expected() {
      return "a listen address such as :9055, or nothing";
    }

    @Override
    public Optional<InetSocketAddress> read(String text) throws Unfit {
      if (text.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(LISTEN.read(text));
      } catch (Unfit e) {
        throw e.expected().equals(LISTEN.expected()) ? new Unfit(expected()) : e;
      }
    }
  }

  /** A block of addresses. */
  record Block() implements Kind<Cidr> {
    @Override
    public String name() {
      return "block of addresses";
    }

    @Override
    public String range() {
      return "";
    }

    @Override
    public String expected() {
      return "a block of addresses such as 10.96.0.0/12 or fd00::/8";
    }

    @Override
    public Cidr read(String text) throws Unfit {
      if (!Literals.looksLikeBlock(text)) {
        throw new Unfit(expected());
      }
      try {
        return Cidr.parse(text);
      } catch (IllegalArgumentException e) {
        throw new Unfit(expected() + " (" + e.getMessage() + ")");
      }
    }
  }

  /** A domain name that needs no search list. */
  record DomainName() implements Kind<String> {
    @Override
    public String name() {
      return "domain name";
    }

    @Override
    public String range() {
      return "absolute";
    }

    @Override
    public String expected() {
      return "a domain name with a dot at its end, such as example.com.";
    }

    @Override
    public String read(String text) throws Unfit {
      if (!text.endsWith(".")) {
        throw new Unfit(expected());
      }
      try {
        Question.checkName(text);
        return text;
      } catch (IllegalArgumentException _) {
        throw new Unfit(
            "a domain name of at most 253 characters, each label 1 to 63 of them, all printable"
                + " ASCII without quotes and backslashes");
      }
    }
  }

  /** A pattern for names. */
  record NamePattern() implements Kind<Glob> {
    @Override
    public String name() {
      return "pattern";
    }

    @Override
    public String range() {
      return "";
    }

    @Override
    public String expected() {
      return "a pattern such as shop, team-* or {a,b}-prod";
    }

    @Override
    public Glob read(String text) throws Unfit {
      if (text.isEmpty()) {
        throw new Unfit(expected());
      }
      try {
        return Glob.of(text);
      } catch (IllegalArgumentException e) {
        throw new Unfit(expected() + " (" + e.getMessage() + ")");
      }
    }
  }

  /** A folder, by its absolute path. It need not be there yet. */
  record Folder() implements Kind<Path> {
    @Override
    public String name() {
      return "folder";
    }

    @Override
    public String range() {
      return "absolute paths";
    }

    @Override
    public String expected() {
      return "an absolute path such as /var/run/netns";
    }

    @Override
    public Path read(String text) throws Unfit {
      return path(text).filter(Path::isAbsolute).orElseThrow(() -> new Unfit(expected()));
    }
  }

  /** A file's path, or nothing. */
  record OptionalPath() implements Kind<Optional<Path>> {
    @Override
    public String name() {
      return "file";
    }

    @Override
    public String range() {
      return "";
    }

    @Override
    public String expected() {
      return "the path of a file, or nothing";
    }

    @Override
    public Optional<Path> read(String text) throws Unfit {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(path(text).orElseThrow(() -> new Unfit(expected())));
    }
  }

  /**
   * An image by its reference, or nothing (Kubernetes documentation, "Image names"; OCI
   * distribution specification).
   */
  record OptionalImage() implements Kind<Optional<String>> {
    private static final int LONGEST = 512;
    private static final String PART = "[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*";
    private static final Pattern REFERENCE =
        Pattern.compile(
            "(?:(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+])(?::[0-9]{1,5})?/)?"
                + PART
                + "(?:/"
                + PART
                + ")*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[a-z0-9+._-]+:[0-9a-f]{32,})?");

    @Override
    public String name() {
      return "image";
    }

    @Override
    public String range() {
      return "";
    }

    @Override
    public String expected() {
      return "an image such as registry.example.com/pause:3.10";
    }

    @Override
    public Optional<String> read(String text) throws Unfit {
      if (text.isEmpty()) {
        return Optional.empty();
      }
      if (text.length() > LONGEST || !REFERENCE.matcher(text).matches()) {
        throw new Unfit(expected());
      }
      return Optional.of(text);
    }
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  /** A label's key (Kubernetes documentation, "Labels and Selectors", syntax and character set). */
  Kind<String> LABEL_KEY =
      new Letters(
          "label key",
          "a label's key such as team or example.com/team",
          Pattern.compile(
              "(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"));

  /** A label's value (as above). */
  Kind<String> LABEL_VALUE =
      new Letters(
          "label value",
          "a label's value: at most 63 letters, digits, '-', '_' and '.'",
          Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?"));

  /** Whatever a pattern fits, the whole of it. */
  record Letters(String name, String expected, Pattern pattern) implements Kind<String> {
    @Override
    public String range() {
      return "";
    }

    @Override
    public String read(String text) throws Unfit {
      if (!pattern.matcher(text).matches()) {
        throw new Unfit(expected);
      }
      return text;
    }
  }
}
