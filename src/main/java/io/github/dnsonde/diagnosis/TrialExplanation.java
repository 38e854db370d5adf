package io.github.dnsonde.diagnosis;

import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.probe.ExtendedError;
import io.github.dnsonde.probe.MessageOptions;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.TrialStreak;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The explanation of one trial's result.
 *
 * @param sentence the explanation in words, with the fix
 */
record TrialExplanation(TrialStreak streak, Code code, Confidence confidence, String sentence) {

  /** One result may be chance. */
  private static final int REPEATED = 2;

  /**
   * Silence may be a lost packet: with a loss of 10 %, four in a row are rarer than one in 10^4.
   */
  private static final int REPEATED_SILENCE = 4;

  /** The longest time that a cache may remember a failure to resolve (RFC 9520 §3.2). */
  private static final Duration LONGEST_CACHED = Duration.ofMinutes(5);

  /**
   * Explains a result; empty if it is right, or may be chance, or has another explanation.
   *
   * @param working whether other queries on this path are answered over UDP
   */
  static Optional<TrialExplanation> of(TrialStreak streak, boolean working) {
    boolean repeated = streak.length() >= (isSilence(streak) ? REPEATED_SILENCE : REPEATED);
    return switch (streak.result()) {
      case WHOLE, ANSWERED, FAILED -> Optional.empty();
      case TCP_FAILS ->
          explained(repeated, streak, Code.LARGE_ANSWERS_FAIL, Confidence.LIKELY, tcpFails(streak));
      case DATAGRAM_LOST ->
          explained(
              repeated && working,
              streak,
              Code.LARGE_ANSWERS_FAIL,
              Confidence.LIKELY,
              datagramLost(streak));
      case CUT_SILENTLY ->
          explained(
              repeated, streak, Code.LARGE_ANSWERS_FAIL, Confidence.POSSIBLE, cutSilently(streak));
      case FRAGMENTS_LOST ->
          explained(
              repeated, streak, Code.FRAGMENTS_LOST, Confidence.LIKELY, fragmentsLost(streak));
      case OVERSIZED ->
          explained(
              repeated, streak, Code.LARGE_ANSWER_NOT_CUT, Confidence.OBSERVED, oversized(streak));
      case FITS ->
          explained(repeated, streak, Code.LARGE_ANSWER_NOT_CUT, Confidence.OBSERVED, fits(streak));
      case CACHED_FAILS ->
          explained(
              (repeated || isSaidToBeCached(streak)) && canBeCached(streak),
              streak,
              Code.CACHED_FAILURE,
              isSaidToBeCached(streak) ? Confidence.LIKELY : Confidence.POSSIBLE,
              cachedFails(streak));
      case FRESH_FAILS ->
          explained(
              repeated,
              streak,
              Code.FRESH_NAMES_FAIL,
              hasNoRecord(streak.latest().outcomes().getLast())
                  ? Confidence.POSSIBLE
                  : Confidence.LIKELY,
              freshFails(streak));
    };
  }

  private static Optional<TrialExplanation> explained(
      boolean certain, TrialStreak streak, Code code, Confidence confidence, String sentence) {
    return certain
        ? Optional.of(new TrialExplanation(streak, code, confidence, sentence))
        : Optional.empty();
  }

  private static String tcpFails(TrialStreak streak) {
    Outcome stream = streak.latest().outcomes().getLast();
    boolean opened =
        switch (stream.reply()) {
          case Answered _, Reply.StreamEnded _, Reply.ConnectionReset _, Reply.Malformed _ -> true;
          case Reply.TimedOut(Reply.Phase phase, _) -> phase == Reply.Phase.RESPONSE;
          case Reply.PortUnreachable _,
              Reply.ConnectionRefused _,
              Reply.Prohibited _,
              Reply.NoRoute _,
              Reply.PathFailed _,
              Reply.LocalDenied _,
              Reply.NotSent _ ->
              false;
        };
    return answer(streak)
        + " is truncated over UDP, and the query over TCP fails ("
        + why(stream)
        + "). Applications get no answer. "
        + (opened
            ? "The connection opens, so TCP port 53 is not blocked: the server, or a proxy before"
                + " it, gives no answer over TCP, or the path loses large packets. Check the"
                + " server, and the MTU of the path."
            : "Allow TCP port 53 next to UDP port 53, in policies and firewalls on the path.");
  }

  private static String datagramLost(TrialStreak streak) {
    return answer(streak)
        + " does not arrive over UDP, neither whole nor truncated, although other answers do."
        + " Applications wait for their timeout. Let responses with the TC bit, and datagrams of up"
        + " to 1232 octets, pass firewalls on the path.";
  }

  private static String cutSilently(TrialStreak streak) {
    return answer(streak)
        + " has fewer records over UDP than over TCP, without the TC bit. Applications take it for"
        + " the whole answer. Check servers and proxies on the path that rewrite answers, unless"
        + " this name has different answers on purpose.";
  }

  private static String fragmentsLost(TrialStreak streak) {
    return answer(streak)
        + " does not arrive for clients that accept 4096 octets over UDP, while those that accept"
        + " 1232 are answered: fragments are dropped on the path. Resolvers and proxies with a"
        + " large EDNS size get no answer. Set their EDNS size to 1232 (CoreDNS: the plugin"
        + " bufsize), or let fragments pass.";
  }

  private static String oversized(TrialStreak streak) {
    return answer(streak)
        + " has more than the 1232 octets that the query accepts. The server, or a proxy on the"
        + " path, ignores the EDNS size, so that its answers need fragments. Set its limit to 1232"
        + " octets.";
  }

  private static String fits(TrialStreak streak) {
    return answer(streak)
        + " fits into a datagram of 1232 octets, so it shows nothing about large answers. Choose a"
        + " name with a larger answer for questions[].large.";
  }

  private static String cachedFails(TrialStreak streak) {
    String observed =
        answer(streak)
            + " is "
            + why(streak.latest().outcomes().getFirst())
            + ", while a fresh name below it is answered: ";
    if (hasNoRecord(streak)) {
      return observed
          + "the name itself has no record, or a cache remembers that it had none. If it has none,"
          + " add one next to the wildcard record below it, which does not answer for it, or choose"
          + " another name for questions[].fresh. If it has one, applications see the failure until"
          + " the negative TTL of the zone's SOA record is over (RFC 2308).";
    }
    return observed
        + (isSaidToBeCached(streak)
            ? "the failure comes from a cache. Its cause is gone, and applications see it"
            : "the failure may come from a cache. Then its cause is gone, and applications see it")
        + " until it expires: after 5 s in CoreDNS by default, and after 5 minutes at most (RFC"
        + " 9520).";
  }

  private static String freshFails(TrialStreak streak) {
    Outcome fresh = streak.latest().outcomes().getLast();
    String observed =
        answer(streak) + " is right, while a fresh name below it fails (" + why(fresh) + "): ";
    return observed
        + (hasNoRecord(fresh)
            ? "no wildcard record answers for it, or the upstream resolver denies names that exist."
                + " A name with a record of its own hides the wildcard above it from the names"
                + " below it. Add a wildcard record directly below the name, or choose another"
                + " name for questions[].fresh."
            : "the way past the caches fails. Names that caches know hide it until they expire."
                + " Check the upstream resolver of the server.");
  }

  /**
   * Returns true if the server says that the failure comes from its cache. That it came fast proves
   * nothing: of two upstream servers, one may refuse at once.
   */
  private static boolean isSaidToBeCached(TrialStreak streak) {
    return streak.latest().outcomes().getFirst().reply() instanceof Answered answered
        && answered.extendedError().equals(Optional.of(ExtendedError.CACHED_ERROR));
  }

  /** Returns true unless the failure is older than a cache may keep it: then it is fresh again. */
  private static boolean canBeCached(TrialStreak streak) {
    Duration age = Duration.between(streak.since(), streak.latest().at());
    return hasNoRecord(streak) || age.compareTo(LONGEST_CACHED) <= 0;
  }

  /** Returns true if the name itself is said to have no such record. */
  private static boolean hasNoRecord(TrialStreak streak) {
    return hasNoRecord(streak.latest().outcomes().getFirst());
  }

  private static boolean hasNoRecord(Outcome outcome) {
    return outcome.verdict() instanceof Verdict.Failed(Reason reason)
        && (reason == Reason.NXDOMAIN || reason == Reason.NODATA);
  }

  /** Returns true if a query without an answer makes the difference. */
  private static boolean isSilence(TrialStreak streak) {
    List<Outcome> outcomes = streak.latest().outcomes();
    return switch (streak.result()) {
      case TCP_FAILS, FRESH_FAILS -> outcomes.getLast().reply() instanceof Reply.TimedOut;
      case DATAGRAM_LOST -> outcomes.getFirst().reply() instanceof Reply.TimedOut;
      case FRAGMENTS_LOST -> outcomes.get(1).reply() instanceof Reply.TimedOut;
      case WHOLE, ANSWERED, FAILED, CUT_SILENTLY, OVERSIZED, FITS, CACHED_FAILS -> false;
    };
  }

  private static String answer(TrialStreak streak) {
    Trial trial = streak.latest().trial();
    return "The answer of "
        + Words.server(trial.server())
        + " for "
        + trial.name()
        + " "
        + trial.question().type();
  }

  private static String why(Outcome outcome) {
    return outcome.verdict().why().orElse("good");
  }

  /** The results of all queries: {@code 1232 octets over UDP: truncated, 45 octets, 3 ms}. */
  String evidence() {
    Trial trial = streak.latest().trial();
    List<Outcome> outcomes = streak.latest().outcomes();
    return "From "
        + trial.vantage().namespace()
        + " to "
        + trial.server().name()
        + ", at "
        + Words.time(streak.latest().at())
        + ": "
        + outcomes.stream()
            .map(outcome -> query(trial.question().kind(), outcome) + " " + result(outcome))
            .collect(Collectors.joining("; "))
        + ".";
  }

  private static String query(TrialQuestion.Kind kind, Outcome outcome) {
    MessageOptions options = outcome.probe().question().options();
    return switch (kind) {
      case FRESH -> options.randomLabel() ? "fresh name" : "the name itself";
      case LARGE ->
          switch (outcome.probe().question().transport()) {
            case UDP -> "UDP with EDNS size " + options.udpSize();
            case TCP -> "TCP";
          };
    };
  }

  private static String result(Outcome outcome) {
    String took =
        outcome.duration().map(Duration::toMillis).map(millis -> ", " + millis + " ms").orElse("");
    String size =
        outcome.reply() instanceof Answered answered
            ? (answered.truncated() ? ", truncated" : "") + ", " + answered.size() + " octets"
            : "";
    String detail = outcome.detail().map(text -> " (" + text + ")").orElse("");
    return outcome.verdict().why().orElse("answered") + detail + size + took;
  }
}
