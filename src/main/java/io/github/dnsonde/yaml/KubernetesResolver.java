package io.github.dnsonde.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Resolves the type of a scalar without quotes like kubectl and API servers. They read YAML 1.1
 * with sigs.k8s.io/yaml, that is by {@code resolve} of its go-yaml v2. Unlike SnakeYAML, it knows
 * {@code y} and {@code 0o17}, but no numbers of base 60, and a date is a string.
 */
public final class KubernetesResolver extends Resolver {

  private static final Map<String, Tag> WORDS =
      Stream.of(
              Map.entry(
                  "y Y yes Yes YES true True TRUE on On ON n N no No NO false False FALSE off Off"
                      + " OFF",
                  Tag.BOOL),
              Map.entry("~ null Null NULL", Tag.NULL),
              Map.entry(
                  ".inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF .nan .NaN .NAN", Tag.FLOAT),
              Map.entry("<<", Tag.MERGE))
          .flatMap(
              entry ->
                  Stream.of(entry.getKey().split(" "))
                      .map(word -> Map.entry(word, entry.getValue())))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private static final Set<String> TRUE = Set.of("y", "yes", "true", "on");

  /** The integers of Go's {@code strconv.ParseInt} with base 0, without the underscores. */
  private static final Pattern INT =
      Pattern.compile(
          "([-+]?)(?:0[xX](?<hex>[0-9a-fA-F]+)|0[bB](?<binary>[01]+)|0[oO]?(?<octal>[0-7]+)"
              + "|(?<decimal>0|[1-9][0-9]*))");

  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?");

  /** The number of digits up to which a number is always an int. */
  private static final int MOST_SMALL = 9;

  /** The limit beyond which a decimal number is a float. */
  private static final int BITS = 64;

  /** Adds no resolvers of SnakeYAML, because this class resolves all scalars. */
  @Override
  protected void addImplicitResolvers() {}

  @Override
  public Tag resolve(NodeId kind, String value, boolean implicit) {
    return kind == NodeId.scalar && implicit ? tag(value) : super.resolve(kind, value, implicit);
  }

  private static Tag tag(String value) {
    return value.isEmpty() ? Tag.NULL : WORDS.getOrDefault(value, number(value));
  }

  private static Tag number(String value) {
    if ("+-.0123456789".indexOf(value.charAt(0)) < 0) {
      return Tag.STR;
    }
    if (isSmall(value)) {
      return Tag.INT;
    }
    String plain = value.charAt(0) == '.' ? value : value.replace("_", "");
    Matcher integer = INT.matcher(plain);
    if (integer.matches() && (integer.group("decimal") == null || fits(integer(plain)))) {
      return Tag.INT;
    }
    boolean isFloat = FLOAT.matcher(plain).matches() && Double.isFinite(Double.parseDouble(plain));
    return isFloat ? Tag.FLOAT : Tag.STR;
  }

  /** Returns whether a text is a short number, such as a port. It is cheaper than a pattern. */
  private static boolean isSmall(String value) {
    if (value.length() > MOST_SMALL || value.charAt(0) == '0') {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(BigInteger number) {
    return number.signum() < 0 ? number.bitLength() < BITS : number.bitLength() <= BITS;
  }

  /** Returns the value of a scalar that is a whole number. */
  public static BigInteger integer(String value) {
    if (!value.isEmpty() && isSmall(value)) {
      return BigInteger.valueOf(Integer.parseInt(value));
    }
    Matcher parts = INT.matcher(value.replace("_", ""));
    if (!parts.matches()) {
      throw new NumberFormatException(value); // with an explicit tag
    }
    BigInteger number =
        Stream.of(
                Map.entry("hex", 16),
                Map.entry("binary", 2),
                Map.entry("octal", 8),
                Map.entry("decimal", 10))
            .filter(base -> parts.group(base.getKey()) != null)
            .map(base -> new BigInteger(parts.group(base.getKey()), base.getValue()))
            .findFirst()
            .orElseThrow();
    return parts.group(1).equals("-") ? number.negate() : number;
  }

  /** Returns the value of a scalar that is a number with a decimal point or an exponent. */
  public static BigDecimal decimal(String value) {
    return BigDecimal.valueOf(Double.parseDouble(value.replace("_", "")));
  }

  /** Returns the value of a scalar that is true or false. */
  public static boolean flag(String value) {
    return TRUE.contains(value.toLowerCase(Locale.ROOT));
  }

  /** Returns a mapping's key as a field name; sigs.k8s.io/yaml converts numbers and booleans. */
  public static String name(Tag tag, String key) {
    try {
      if (tag.equals(Tag.BOOL)) {
        return String.valueOf(flag(key));
      }
      if (tag.equals(Tag.INT)) {
        return integer(key).toString();
      }
      if (tag.equals(Tag.FLOAT)) {
        float number = Float.parseFloat(key.replace("_", ""));
        return new BigDecimal(Float.toString(number)).stripTrailingZeros().toPlainString();
      }
    } catch (NumberFormatException _) {
      // infinite, or with an explicit tag: as written
    }
    return key;
  }
}
