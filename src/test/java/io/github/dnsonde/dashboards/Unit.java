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

  private static final int DIGITS = 3;

  private final List<Scale> scales;
  private final OptionalInt decimals;

  private Unit(List<Scale> scales, OptionalInt decimals) {
    this.scales = scales;
    this.decimals = decimals;
  }

  /**
   * A unit by Grafana's name for it.
   *
   * @throws IllegalArgumentException when these boards never had it
   */
  static Unit of(String name, OptionalInt decimals) {
    return new Unit(
        switch (name) {
          case "s" -> SECONDS;
          case "bytes" -> BYTES;
          case "short" -> SHORT;
          case "percentunit" -> List.of(new Scale(0, 0.01, " %"));
          case "reqps" -> List.of(new Scale(0, 1, " req/s"));
          case "ops" -> List.of(new Scale(0, 1, " ops/s"));
          case "none" -> List.of(new Scale(0, 1, ""));
          default -> throw new IllegalArgumentException("no unit '" + name + "'");
        },
        decimals);
  }

  /** Distances that make round numbers, from small to large. */
  List<Double> steps() {
    return scales == SECONDS
        ? Stream.concat(decimal(-6, 1), Stream.of(15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0, 21_600.0, 43_200.0, 86_400.0)).filter(step -> step != 20 && step != 50).toList()
        : scales == BYTES
            ? IntStream.range(0, 40).mapToObj(power -> (double) (1L << power)).toList()
            : decimal(-6, 9).toList();
  }

  /** 1, 2 and 5 of each power of ten. */
  private static Stream<Double> decimal(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .boxed()
        .flatMap(power -> Stream.of(1, 2, 5).map(digit -> digit * Math.pow(10, power)));
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
