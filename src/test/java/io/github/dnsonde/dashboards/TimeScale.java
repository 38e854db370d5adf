package io.github.dnsonde.dashboards;

import static java.time.ZoneOffset.UTC;

import java.awt.Rectangle;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Time along the lower edge. */
record TimeScale(Rectangle area, Span span) {

  /** Room for the labels below the area. */
  static final int HEIGHT = 18;

  private static final int APART = 80;
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm").withZone(UTC);

  double x(double second) {
    double share = (second - span.from().getEpochSecond()) / span.length().toSeconds();
    return area.x + share * area.width;
  }

  /** Pixels. */
  double width(Duration duration) {
    return (double) area.width * duration.toSeconds() / span.length().toSeconds();
  }

  void draw(Ink ink) {
    int bottom = area.y + area.height;
    ticks()
        .forEach(
            second -> {
              String text = CLOCK.format(Instant.ofEpochSecond(second));
              int x = (int) x((double) second);
              ink.line(x, bottom, x, bottom + 3, Colours.FAINT);
              int start = x - ink.width(text, Ink.SMALL) / 2;
              ink.left(text, start, bottom + 15, APART, Ink.SMALL, Colours.FAINT);
            });
  }

  private LongStream ticks() {
    long seconds = span.length().toSeconds();
    long every =
        Stream.of(1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 10_080)
            .mapToLong(minutes -> 60L * minutes)
            .filter(step -> step * area.width >= (long) APART * seconds)
            .findFirst()
            .orElse(seconds);
    long first = Math.ceilDiv(span.from().getEpochSecond(), every) * every;
    return LongStream.iterate(first, at -> at <= span.to().getEpochSecond(), at -> at + every);
  }
}
