package io.github.dnsonde.yaml;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The character encoding of a YAML stream, detected by its first octets (YAML 1.2.2 §5.2,
 * "Character Encodings"). PowerShell's {@code >} writes UTF-16, and editors on Windows write a byte
 * order mark.
 */
public final class Encoding {

  private static final String MARK = "\uFEFF";

  private Encoding() {}

  /**
   * Decodes a text. It removes byte order marks, also at the start of later lines, as in
   * concatenated files.
   *
   * @throws CharacterCodingException if the octets are not text in UTF-8, UTF-16 or UTF-32
   */
  public static String decode(byte[] octets) throws CharacterCodingException {
    String text = charset(octets).newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    if (!text.contains(MARK)) {
      return text;
    }
    String marked = text.startsWith(MARK) ? text.substring(1) : text;
    return marked.replace("\n" + MARK, "\n");
  }

  private static Charset charset(byte[] octets) {
    int first = at(octets, 0);
    int second = at(octets, 1);
    int third = at(octets, 2);
    int fourth = at(octets, 3);
    if (first == 0 && second == 0 && (third == 0 || third == 0xFE)) {
      return Charset.forName("UTF-32BE");
    }
    boolean little = first == 0xFF && second == 0xFE;
    if ((little || second == 0) && third == 0 && fourth == 0) {
      return Charset.forName("UTF-32LE");
    }
    if ((first == 0xFE && second == 0xFF) || (first == 0 && second > 0)) {
      return StandardCharsets.UTF_16BE;
    }
    if (little || (first > 0 && second == 0)) {
      return StandardCharsets.UTF_16LE;
    }
    return StandardCharsets.UTF_8;
  }

  /** Returns an octet as a number; -1 after the end. */
  private static int at(byte[] octets, int index) {
    return index < octets.length ? octets[index] & 0xFF : -1;
  }
}
