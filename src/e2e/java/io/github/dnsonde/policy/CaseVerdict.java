package io.github.dnsonde.policy;

import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * The verdict of a case's policies on one query, from end to end.
 *
 * @param answer {@code allow}, {@code deny} or {@code unknown}
 * @param doubt the reason why it is unknown
 * @param likely the likely decision nevertheless
 */
public record CaseVerdict(String answer, Optional<String> doubt, Optional<String> likely) {

  /** Returns the verdicts on the cases of a file, by id, over each transport to the case's port. */
  public static Map<String, Map<Transport, CaseVerdict>> inFile(Path file) throws IOException {
    return NetpolCase.inFile(file).stream().collect(toMap(NetpolCase::id, CaseVerdict::of));
  }

  private static Map<Transport, CaseVerdict> of(NetpolCase known) {
    PolicyEvaluator evaluator = new PolicyEvaluator(known.policies());
    return Arrays.stream(Transport.values())
        .collect(
            toMap(
                transport -> transport,
                transport ->
                    of(
                        evaluator.pathVerdict(
                            known.source(),
                            known.destination(),
                            PortProtocol.over(transport, known.portProtocol().port())))));
  }

  private static CaseVerdict of(PathVerdict pathVerdict) {
    return new CaseVerdict(
        pathVerdict.decision().label(),
        doubt(pathVerdict.egress()).or(() -> doubt(pathVerdict.ingress())),
        pathVerdict.likely().map(Decision::label));
  }

  private static Optional<String> doubt(PolicyVerdict policyVerdict) {
    return policyVerdict instanceof PolicyVerdict.Unknown unknown
        ? Optional.of(unknown.why().label())
        : Optional.empty();
  }
}
