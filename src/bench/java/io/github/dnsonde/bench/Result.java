package io.github.dnsonde.bench;

import java.util.function.Function;

/** The results of all contenders in one case. */
record Result(Case which, Series bareLoop, Series dnsjava, Series exchange) {

  static Result of(Case which, Function<Contender.Kind, Series> series) {
    return new Result(
        which,
        series.apply(Contender.Kind.BARE_LOOP),
        series.apply(Contender.Kind.DNSJAVA),
        series.apply(Contender.Kind.EXCHANGE));
  }

  Series of(Contender.Kind kind) {
    return switch (kind) {
      case BARE_LOOP -> bareLoop;
      case DNSJAVA -> dnsjava;
      case EXCHANGE -> exchange;
    };
  }
}
