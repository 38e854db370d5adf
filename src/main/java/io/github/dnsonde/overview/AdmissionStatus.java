package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;

/**
 * The state of the controller's webhook, which judges changes before they are stored.
 *
 * @param mode {@code warn} or {@code deny}: that of namespaces without a label
 * @param refused the number of changes that were refused since the controller started
 * @param slipped the number of changes that would have been refused, and that it was not asked
 *     about
 * @param trouble the last error of the controller's registration or test, in words; empty if both
 *     succeeded
 */
public record AdmissionStatus(
    String mode, Reach reach, long refused, long slipped, Optional<String> trouble) {

  public AdmissionStatus {
    requireNonNull(mode, "mode is null");
    requireNonNull(reach, "reach is null");
    requireNonNull(trouble, "trouble is null");
  }

  /** The results of the controller's own test if the API server reaches a webhook that judges. */
  public enum Reach {
    REACHED,
    NOT_REACHED,
    /** The API server reaches it, but it cannot list or watch policies, pods or namespaces. */
    NOT_READY,
    /** The test has not run, or could not run. */
    UNKNOWN;

    /** The word in JSON, such as {@code not_reached}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns the state in one sentence without its full stop. */
  public String sentence() {
    String numbers =
        refused
            + " refused, "
            + slipped
            + " slipped through"
            + trouble.map(why -> "; last error: " + why).orElse("");
    return "mode "
        + mode
        + "; "
        + switch (reach) {
          case REACHED -> "the API server reaches the webhook; " + numbers;
          case NOT_REACHED ->
              "the API server does not reach the webhook, so that changes are not judged; "
                  + numbers;
          case NOT_READY ->
              "the API server reaches the webhook, but it cannot list or watch all objects, so that"
                  + " changes are not judged; "
                  + numbers;
          case UNKNOWN -> "it is not known if the API server reaches the webhook; " + numbers;
        };
  }
}
