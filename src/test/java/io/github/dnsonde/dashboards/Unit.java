package io.github.dnsonde.dashboards;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How a panel writes its numbers: Grafana's units, as far as these boards use them. */
@SuppressWarnings("serial") // never serialized
final class Unit extends NumberFormat {

  /** From this value on, divided by that much, with this behind it. */
  private record Scale(double from, double by, String suffix) {}

  private static final List<Scale> SECONDS =
      List.of(
          new Scale(172_800, 86_400, " d"),
          new Scale(7_200, 3_600, " h"),
          new Scale(120, 60, " min"),
          new Scale(1, 1, " s"),
          new Scale(1e-3, 1e-3, " ms"),
          new Scale(0, 1e-6, " µs"));

  private static final List<Scale> BYTES =
      List.of(
          new Scale(1 << 30, 1 << 30, " GiB"),
          new Scale(1 << 20, 1 << 20, " MiB"),
          new Scale(1 << 10, 1 << 10, " KiB"),
          new Scale(0, 1, " B"));

  private static final List<Scale> SHORT =
      List.of(new Scale(1e6, 1e6, " Mil"), new Scale(1e3, 1e3, " K"), new Scale(0, 1, ""));

  /** Distances that make round numbers of seconds, minutes, hours. */
  private static final List<Double> ROUND_TIMES =
      Stream.concat(
              decimal(-6, 0),
              Stream.of(10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400)
                  .map(Integer::doubleValue))
          .toList();

  private static final List<Double> POWERS_OF_TWO =
      IntStream.range(0, 40).mapToObj(power -> Math.pow(2, power)).toList();

  private static final List<Double> ROUND = decimal(-6, 9).toList();

  private static final int DIGITS = 3;

  private final List<Scale> scales;
  private final List<Double> steps;
  private final OptionalInt decimals;

  private Unit(List<Scale> scales, List<Double> steps, OptionalInt decimals) {
    this.scales = scales;
    this.steps = steps;
    this.decimals = decimals;
  }

  /** 1, 2 and 5 of each power of ten. */
  private static Stream<Double> decimal(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .boxed()
        .flatMap(power -> Stream.of(1, 2, 5).map(digit -> digit * Math.pow(10, power)));
  }

  /**
   * A unit by Grafana's name for it.
   *
   * @throws IllegalArgumentException when these boards never had it
   */
  static Unit of(String name, OptionalInt decimals) {
    return switch (name) {
      case "s" -> new Unit(SECONDS, ROUND_TIMES, decimals);
      case "bytes" -> new Unit(BYTES, POWERS_OF_TWO, decimals);
      case "short" -> new Unit(SHORT, ROUND, decimals);
      case "percentunit" -> plain(0.01, " %", decimals);
      case "reqps" -> counted(" req/s", decimals);
      case "ops" -> counted(" ops/s", decimals);
      case "none" -> plain(1, "", decimals);
      default -> throw new IllegalArgumentException("no unit '" + name + "'");
    };
  }

  private static Unit counted(String suffix, OptionalInt decimals) {
    List<Scale> scales =
        SHORT.stream()
            .map(scale -> new Scale(scale.from(), scale.by(), scale.suffix() + suffix))
            .toList();
    return new Unit(scales, ROUND, decimals);
  }

  private static Unit plain(double by, String suffix, OptionalInt decimals) {
    return new Unit(List.of(new Scale(0, by, suffix)), ROUND, decimals);
  }

  /** Distances between the lines of a scale that make round numbers, from small to large. */
  List<Double> steps() {
    return steps;
  }

  @Override
  public StringBuffer format(double value, StringBuffer to, FieldPosition position) {
    return to.append(text(value));
  }

  @Override
  public StringBuffer format(long value, StringBuffer to, FieldPosition position) {
    return to.append(text((double) value));
  }

  @Override
  public Number parse(String source, ParsePosition position) {
    throw new UnsupportedOperationException("numbers are only written");
  }

  private String text(double value) {
    if (!Double.isFinite(value)) {
      return String.valueOf(value);
    }
    double size = Math.abs(value);
    Scale scale =
        value == 0
            ? scales.stream().filter(each -> each.by() == 1).findFirst().orElse(scales.getLast())
            : scales.stream()
                .filter(each -> size >= each.from())
                .findFirst()
                .orElse(scales.getLast());
    return number(value / scale.by()) + scale.suffix();
  }

  private String number(double value) {
    BigDecimal exact = BigDecimal.valueOf(value);
    BigDecimal rounded =
        decimals.isPresent()
            ? exact.setScale(decimals.getAsInt(), RoundingMode.HALF_UP)
            : exact.round(new MathContext(Math.max(DIGITS, whole(exact)))).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }

  private static int whole(BigDecimal exact) {
    return exact.precision() - exact.scale();
  }
}
