package io.github.dnsonde.finding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The names of findings in the API. A finding keeps its name while its cause lasts, although its
 * sentence and its nodes change, so that a reader recognizes it. Tenants choose the names of
 * namespaces and policies, so a digest keeps them from choosing that of another finding.
 */
public final class FindingIds {

  private static final int OCTETS = 8;

  private FindingIds() {}

  /** Returns the findings by their names, in the same order. Each has a name of its own. */
  public static SequencedMap<String, Finding> of(List<Finding> findings) {
    SequencedMap<String, Finding> all = new LinkedHashMap<>();
    for (Finding finding : findings) {
      String id = of(finding);
      String free = id;
      for (int number = 2; all.containsKey(free); number++) {
        free = id + "-" + number;
      }
      all.put(free, finding);
    }
    return Collections.unmodifiableSequencedMap(all);
  }

  private static String of(Finding finding) {
    MessageDigest digest = sha256();
    add(digest, finding.lastingIdentity().about());
    add(digest, finding.policies());
    return finding.code().label() + "-" + HexFormat.of().formatHex(digest.digest(), 0, OCTETS);
  }

  /** The lengths separate the names: no two lists have the same octets. */
  private static void add(MessageDigest digest, List<String> names) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, names.size()));
    for (String name : names) {
      byte[] octets = name.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, octets.length));
      digest.update(octets);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java has SHA-256", e);
    }
  }
}
