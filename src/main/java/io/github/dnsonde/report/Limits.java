package io.github.dnsonde.report;

import java.time.Duration;
import java.util.List;

/** The limits of a report's parts. A report beyond them is refused as a whole. */
public final class Limits {

  /** The octets of a report as JSON, after inflation. */
  public static final int OCTETS = 4 << 20;

  /** The vantages of one node; a kubelet runs at most a few hundred pods. */
  public static final int VANTAGES = 1_000;

  /** The paths of one vantage: every server over every transport. */
  public static final int PATHS = 64;

  /** The results of one path: by scope, by reason, and by whether messages arrived. */
  public static final int RESULTS = 72;

  /** The findings of one node. */
  public static final int FINDINGS = 500;

  /** The names that one finding lists of each kind. */
  public static final int NAMES = 2_000;

  /** The namespaces of one node without a vantage. */
  public static final int BLIND = 1_000;

  /** The pods of one node that cannot be probed from. */
  public static final int UNPROBED = 500;

  /** The classes of one node. */
  public static final int CLASSES = 1_000;

  /** The queries of one round of a class. */
  public static final int QUERIES = 100_000;

  /** The characters of an object's name, or of a class of pods. */
  public static final int NAME = 320;

  /** The characters of a sentence. */
  public static final int SENTENCE = 4_000;

  /** The sentences of evidence for one finding. */
  public static final int EVIDENCE = 50;

  /** The characters of a suggested policy. */
  public static final int POLICY = 64 << 10;

  private static final Duration AGE = Duration.ofDays(3_650);
  private static final long AGE_MILLIS = AGE.toMillis();

  private Limits() {}

  static void name(String what, String text) {
    text(what, text, NAME);
    if (text.isEmpty()) {
      throw new IllegalArgumentException(what + " is empty");
    }
  }

  static void text(String what, String text, int most) {
    if (text.length() > most) {
      throw new IllegalArgumentException(
          what + " has " + text.length() + " characters, more than " + most);
    }
  }

  static void names(String what, List<String> names) {
    number(what, names.size(), NAMES);
    names.forEach(name -> text(what, name, NAME));
  }

  static void number(String what, int found, int most) {
    if (found > most) {
      throw new IllegalArgumentException("there are " + found + " " + what + ", more than " + most);
    }
  }

  static void age(String what, Duration age) {
    if (age.isNegative() || age.compareTo(AGE) > 0) {
      throw new IllegalArgumentException(
          what + " is " + age.toSeconds() + " s, expected 0 to " + AGE.toSeconds() + " s");
    }
  }

  /** Checks an age without creating a duration: a report has hundreds of them. */
  static void age(String what, long millis) {
    if (millis < 0 || millis > AGE_MILLIS) {
      age(what, Duration.ofMillis(millis));
    }
  }

  /** Returns the nearest age that a report may contain. */
  static Duration withinAge(Duration age) {
    if (age.isNegative()) {
      return Duration.ZERO;
    }
    return age.compareTo(AGE) > 0 ? AGE : Duration.ofMillis(age.toMillis());
  }

  static void amount(String what, double amount) {
    if (!(amount >= 0 && amount < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(what + " is " + amount + ", expected 0 or more");
    }
  }
}
