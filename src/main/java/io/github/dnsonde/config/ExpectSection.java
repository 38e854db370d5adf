package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Choice;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.ScalarList;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.Value;
import io.github.dnsonde.config.yaml.YesOrNo;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.RecordType;
import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;

/** The section {@code expect} of a question. */
final class ExpectSection {

  private static final Scalar<Rcode> RCODE =
      Scalar.of(
          "rcode",
          Choice.of(Rcode.values(), Rcode::name),
          "NOERROR",
          "`NOERROR`: at least one record of the type. `NXDOMAIN`: the name must not exist.");
  private static final ScalarList<Cidr> CIDRS =
      ScalarList.of(
          "cidrs",
          new AddressBlock(),
          0,
          64,
          "[]",
          "If not empty, every address in the answer must be in one of these blocks. For types A"
              + " and AAAA.");
  private static final Scalar<Boolean> TRUNCATED =
      Scalar.of("truncated", new YesOrNo(), "false", "Whether a truncated answer is also right.");

  static final Section<Expectation> SECTION =
      Section.of("expect", ExpectSection::make, RCODE, CIDRS, TRUNCATED);

  private ExpectSection() {}

  /** The response code that a right answer has (RFC 1035 §4.1.1). */
  enum Rcode {
    NOERROR,
    NXDOMAIN
  }

  private static Expectation make(Values in) {
    return switch (in.get(RCODE)) {
      case NOERROR -> new Expectation.Records(in.get(CIDRS), in.get(TRUNCATED));
      case NXDOMAIN -> new Expectation.NoSuchName();
    };
  }

  /** Returns true if the name must not exist. */
  static boolean isNoSuchName(Values in) {
    return in.scalar(RCODE).sound().equals(Optional.of(Rcode.NXDOMAIN));
  }

  /** Adds a mistake for each expectation that a question of this type cannot have. */
  static void check(Values in, Value<RecordType> type) {
    if (isNoSuchName(in)) {
      nothingWithNoSuchName(in);
    } else {
      type.sound().ifPresent(sound -> blocksFit(in, sound));
    }
  }

  /** Checks a name that must not exist: it has no addresses and no answer to truncate. */
  private static void nothingWithNoSuchName(Values in) {
    String expected = "nothing but expect.rcode " + in.scalar(RCODE).shown();
    List<Value<Cidr>> cidrs = in.list(CIDRS);
    if (!cidrs.isEmpty()) {
      in.mistake(cidrs.getFirst().line(), in.path(CIDRS), "addresses", expected);
    }
    Value<Boolean> truncated = in.scalar(TRUNCATED);
    if (truncated.sound().equals(Optional.of(true))) {
      in.mistake(truncated.line(), in.path(TRUNCATED), "'true'", expected);
    }
  }

  /**
   * Checks the blocks: no answer is in one of the other family, or if the type has no addresses.
   */
  private static void blocksFit(Values in, RecordType type) {
    List<Value<Cidr>> cidrs = in.list(CIDRS);
    for (int i = 0; i < cidrs.size(); i++) {
      Value<Cidr> cidr = cidrs.get(i);
      if (cidr.sound().filter(block -> !fits(type, block)).isPresent()) {
        String path = in.path(CIDRS) + "[" + i + "]";
        in.mistake(cidr.line(), path, cidr.quoted(), expectedFor(type));
      }
    }
  }

  private static String expectedFor(RecordType type) {
    return type.holdsAddress()
        ? "an IPv" + (type == RecordType.A ? 4 : 6) + " block for type " + type
        : "no addresses for type " + type;
  }

  private static boolean fits(RecordType type, Cidr block) {
    return type.holdsAddress() && block.base() instanceof Inet4Address == (type == RecordType.A);
  }
}
