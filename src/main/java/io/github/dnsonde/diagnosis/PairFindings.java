package io.github.dnsonde.diagnosis;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.probe.PairLosses;
import io.github.dnsonde.probe.Transport;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Findings for replies that are lost because A and AAAA share a socket, one for each namespace.
 *
 * <p>The same pair of queries was sent from one socket and, at the same time, from two. If the
 * socket did not matter, each lost reply would be as likely one of the first as one of the second,
 * like heads and tails. A finding needs more heads than chance gives once in a million times, and
 * twice as many heads as tails.
 */
final class PairFindings {

  /** The highest probability that the losses are chance. */
  private static final double CHANCE = 1e-6;

  private PairFindings() {}

  /** Returns the findings for these counts. */
  static List<Finding> of(List<PairLosses> losses) {
    return losses.stream()
        .filter(PairFindings::isSignificant)
        .collect(
            Collectors.groupingBy(
                each -> each.vantage().namespace(),
                TreeMap::new,
                Collectors.maxBy(Comparator.comparingInt(PairLosses::lost))))
        .values()
        .stream()
        .flatMap(Optional::stream)
        .map(PairFindings::finding)
        .toList();
  }

  private static boolean isSignificant(PairLosses losses) {
    return losses.lost() >= 2 * losses.lostFromTwo()
        && tail(losses.lost() + losses.lostFromTwo(), losses.lost()) < CHANCE;
  }

  /** The probability of at least so many heads in so many tosses of a coin. */
  static double tail(int tosses, int heads) {
    double logarithm = -tosses * Math.log(2); // of the probability of no head at all
    double sum = 0;
    for (int count = 0; count <= tosses; count++) {
      if (count >= heads) {
        sum += Math.exp(logarithm);
      }
      logarithm += Math.log(tosses - count) - Math.log(count + 1.0);
    }
    return sum;
  }

  private static Finding finding(PairLosses losses) {
    return new Finding(
        Code.PARALLEL_QUERIES_LOST,
        new Finding.Subject(
            List.of(losses.vantage().namespace()),
            Words.pods(Stream.of(losses.vantage())),
            List.of(losses.server().name()),
            List.of(Transport.UDP)),
        Confidence.LIKELY,
        losses.since(),
        "Lookups in "
            + losses.vantage().namespace()
            + " lose replies: if A and AAAA are sent to "
            + losses.server().name()
            + " at once from one socket, one of the two replies is lost in "
            + losses.lost()
            + " of "
            + losses.compared()
            + " cases; from two sockets, at the same time, in "
            + losses.lostFromTwo()
            + ". The usual reason is a race in the node's connection tracking"
            + " (kubernetes#56903). Applications wait for the timeout of their resolver, usually"
            + " 5 s. NodeLocal DNSCache avoids it; with glibc, so do the options"
            + " single-request-reopen and use-vc in the pod's dnsConfig.",
        List.of(
            "The last half hour: "
                + losses.compared()
                + " pairs of A and AAAA, each sent from one socket and at the same time from two.",
            "If the socket did not matter, so many losses from one socket would have a probability"
                + " of less than one in a million."),
        List.of(),
        Optional.empty());
  }
}
