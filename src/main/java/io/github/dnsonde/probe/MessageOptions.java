package io.github.dnsonde.probe;

/**
 * The parts of a query that clients choose differently.
 *
 * @param udpSize the UDP payload size in its OPT record (RFC 6891 §6.2.3); 0 if it has none, so
 *     that an answer over UDP has at most 512 octets
 * @param authenticData the AD bit (RFC 6840 §5.7)
 * @param randomLabel whether each query has a random label before the name, so that no cache knows
 *     its answer
 */
public record MessageOptions(int udpSize, boolean authenticData, boolean randomLabel) {

  /** Octets of the random label, {@code dnsonde-} and eight more, with its dot. */
  static final int RANDOM_LABEL = 17;

  /**
   * The options of probes. Datagrams of 1232 octets pass every path without fragments (RFC 9715
   * §3.2, DNS Flag Day 2020).
   */
  public static final MessageOptions OF_PROBES = new MessageOptions(1232, false);

  /** The options of probes, for a new name each time. */
  public static final MessageOptions FRESH = new MessageOptions(1232, false, true);

  /** The smallest size that an OPT record may have (RFC 6891 §6.2.3). */
  private static final int LEAST = 512;

  private static final int MOST = 65_535;

  /** Creates options for the name as it is. */
  public MessageOptions(int udpSize, boolean authenticData) {
    this(udpSize, authenticData, false);
  }

  public MessageOptions {
    if (udpSize != 0 && (udpSize < LEAST || udpSize > MOST)) {
      throw new IllegalArgumentException("the UDP size " + udpSize + " is not within 512 to 65535");
    }
  }
}
